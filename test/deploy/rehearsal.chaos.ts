import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@kez-chat/client'
import { dropDatabase, ensureDatabase, findNatsServer, portTaker } from '@kez-chat/embedded'
import { createRegistration, parseHandle, randomBytes } from '@kez-chat/identity'
import { createInner, messagingKeyFromSeed, open, seal } from '@kez-chat/messaging'
import { type OwnPostgres, ownPostgres } from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStages } from '../../scripts/deploy/stages.ts'
import { services as ours } from '../../scripts/launcher/services.ts'
import { compose, interpolate, repository } from './compose-file.ts'

// What docker compose would do, as far as it can be done without a container engine: the image's stages are carried out, the
// services run from what comes out, with the commands, settings, keys and files of docker-compose.yml; only names of hosts and
// folders are those of this machine.

const run = promisify(execFile)
const operator = { KEZ_CHAT_SERVER: 'localhost', KEZ_RELAYS: 'none' }
const place = mkdtempSync(join(tmpdir(), 'kez-rehearsal-'))
const keys = join(place, 'keys')
const children: ChildProcess[] = []
let app: string
let postgres: OwnPostgres
const ports = { nats: 0, websocket: 0, monitor: 0, postgres: 0, gateway: 0 }
const internal: Record<string, number> = {}

const takePorts = async (): Promise<void> => {
  const next = portTaker()
  for (const name of ['nats', 'websocket', 'monitor', 'gateway'] as const) ports[name] = await next()
  for (const { name } of ours) internal[name] = await next()
}

/** The value as compose gives it, with this machine's places in it. */
const here = (service: string, text: string): string =>
  interpolate(text, operator)
    .replace('nats://nats:4222', `nats://127.0.0.1:${ports.nats}`)
    .replace('postgres:5432', `127.0.0.1:${ports.postgres}`)
    .replace('0.0.0.0:6970', `127.0.0.1:${internal[service]}`)
    .replace('0.0.0.0:6969', `127.0.0.1:${ports.gateway}`)
    .replace(/^\/keys\//, `${keys}/${service}/`)
    .replace(/^\/keys$/, keys)
    .replace(/^\/data\//, `${place}/data/${service}/`)

const environmentOf = (service: string): Record<string, string> => {
  const given = Object.entries(compose.services[service]?.environment ?? {})
  return Object.fromEntries(given.map(([name, value]) => [name, here(service, String(value))]))
}

const node = process.execPath
const containerEnv = { PATH: '/usr/bin:/bin', NODE_ENV: 'production' }

const waitUntilHealthy = (service: string): Promise<void> =>
  expect
    .poll(
      () =>
        run(node, [join(app, 'deploy/docker/healthy.mjs')], {
          env: { ...containerEnv, KEZ_INTERNAL_BIND: `127.0.0.1:${internal[service]}` },
        }).then(
          () => 'healthy',
          (error: { stderr: string }) => error.stderr,
        ),
      { message: service },
    )
    .toBe('healthy')

const startService = async (service: string): Promise<void> => {
  mkdirSync(join(place, 'data', service), { recursive: true })
  const command = compose.services[service]?.command ?? []
  const child = spawn(node, [join(app, 'deploy/docker/run.mjs'), ...command], {
    cwd: app,
    env: { ...containerEnv, ...environmentOf(service) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  await waitUntilHealthy(service)
}

const startNats = async (): Promise<void> => {
  const shipped = readFileSync(join(keys, 'nats', 'nats.conf'), 'utf8')
  const config = shipped
    .replace('0.0.0.0:4222', `127.0.0.1:${ports.nats}`)
    .replace('0.0.0.0:8443', `127.0.0.1:${ports.websocket}`)
    .replace('0.0.0.0:8222', `127.0.0.1:${ports.monitor}`)
    .replace('/data/jetstream', join(place, 'data', 'nats'))
  writeFileSync(join(place, 'nats.conf'), config)
  const { path } = await findNatsServer()
  children.push(spawn(path, ['-c', join(place, 'nats.conf')], { stdio: 'ignore' }))
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${ports.monitor}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    .toBe(true)
}

/** In the order of their dependencies. */
const startServices = async (): Promise<void> => {
  const started = new Set(['init', 'nats', 'postgres'])
  while (ours.some(({ name }) => !started.has(name))) {
    const ready = ours.filter(
      ({ name }) =>
        !started.has(name) &&
        Object.keys(compose.services[name]?.depends_on ?? {}).every((other) => started.has(other)),
    )
    expect(ready.length).toBeGreaterThan(0)
    for (const { name } of ready) {
      await startService(name)
      started.add(name)
    }
  }
}

const stopAll = async (): Promise<void> => {
  for (const child of children.splice(0).toReversed()) {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode !== null || !child.kill('SIGTERM')) continue
    await gone
  }
}

/** `docker compose run --rm <service> kez …`, where volumes of several services are mounted. */
const operate = async (service: 'operator' | 'restore', ...args: string[]): Promise<string> => {
  const given = Object.entries(compose.services[service]?.environment ?? {})
  const env = given.map(([name, value]) => {
    const text = String(value)
      .replace(/^\/keys(?=\/|$)/, service === 'operator' ? `${keys}/operator` : keys)
      .replace(/^\/data(?=\/)/, `${place}/data`)
    return [name, here(service, text)]
  })
  const { stdout } = await run(node, [join(app, 'deploy/docker/run.mjs'), 'kez', ...args], {
    env: { ...containerEnv, ...Object.fromEntries(env) },
  })
  return stdout
}

const provideDatabase = async (): Promise<void> => {
  const url = new URL(readFileSync(join(keys, 'registry', 'database-url'), 'utf8').trim())
  await ensureDatabase(postgres.url, url.username, url.password, url.pathname.slice(1))
}

beforeAll(async () => {
  app = await runStages({ root: repository, work: join(place, 'stages'), target: 'export', onStep: () => {} })
  await takePorts()
  postgres = await ownPostgres()
  await postgres.start()
  ports.postgres = Number(new URL(postgres.url).port)
}, 1_800_000)

afterAll(async () => {
  await stopAll()
  await postgres?.stop()
  rmSync(place, { recursive: true, force: true })
})

describe('docker compose up, rehearsed', () => {
  let readsIt: () => Promise<void>

  it('makes every key at the first start, the same at the next, and shows none of them', async () => {
    const [, ...command] = (compose.services.init?.command ?? []).map((word) => here('init', word))
    const init = () => run(node, [join(app, 'deploy/docker/run.mjs'), 'kez', ...command], { env: containerEnv })
    const first = await init()
    const secrets = ['registry/registry.nk', 'postgres/password', 'auth/auth-issuer.nk'].map((file) =>
      readFileSync(join(keys, file), 'utf8').trim(),
    )
    for (const secret of secrets) expect(first.stdout + first.stderr).not.toContain(secret)
    expect((await init()).stdout).toContain('Every key is there')
    await provideDatabase()
  })

  it('brings every service up, healthy by its own check, in the order of its dependencies', async () => {
    await startNats()
    await startServices()
  })

  it('serves the web app, and two people exchange a message', async () => {
    const baseUrl = `http://127.0.0.1:${ports.gateway}`
    expect(await (await fetch(baseUrl)).text()).toContain('<div id="app">')
    const client = createClient({ baseUrl })
    const [alice, bob] = [messagingKeyFromSeed(randomBytes(32)), messagingKeyFromSeed(randomBytes(32))]
    const register = (handle: string, key: typeof alice) =>
      client.register(
        createRegistration({ handle: parseHandle(handle), server: 'localhost', createdAt: Date.now() }, key),
      )
    await register('alice', alice)
    await register('bobby', bob)
    const body = { type: 'text', text: 'from one container to another' } as const
    const inner = createInner({
      from: alice.primary,
      fromHandle: 'alice@localhost',
      to: bob.primary,
      body,
      sentAt: Date.now(),
    })
    await client.postMessage({ to: 'bobby', envelope: { ...(await seal(inner, alice)) } })
    readsIt = async () => {
      const { messages } = await client.readInbox({ handle: 'bobby', signer: bob })
      expect((await open(messages[0]?.envelope, bob, { now: Date.now() })).body).toEqual(body)
    }
    await readsIt()
  })

  it('leaves every service room below its limit of memory', () => {
    for (const child of children) {
      const name = ours.find((service) => child.spawnargs.at(-1) === service.name)?.name ?? 'nats'
      const limit = Number.parseInt(compose.services[name]?.mem_limit ?? '0', 10)
      const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      const peak = Number(kilobytes) / 1024
      console.log(`${name}: ${peak.toFixed(0)} MB at most, of ${limit}`)
      expect(peak, name).toBeLessThan(limit)
    }
  })

  it('takes less than a machine of one gigabyte has, what is shared counted once, Postgres besides', () => {
    const shares = children.map(({ pid }) => {
      const [, kilobytes = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
      return Number(kilobytes) / 1024
    })
    const together = shares.reduce((sum, share) => sum + share, 0)
    console.log(`together: ${together.toFixed(0)} MB`)
    expect(together).toBeLessThan(700)
  })

  it('comes back from a backup in fresh volumes, by the containers for it', async () => {
    const backups = join(place, 'backups')
    expect(await operate('operator', 'admin', 'backup', '--to', backups)).toContain('vapid.json, relay-bridge.key')
    const [name = ''] = readdirSync(backups)
    const vapid = readFileSync(join(place, 'data', 'push', 'vapid.json'), 'utf8')
    await stopAll()
    for (const volume of ['nats', 'push', 'relay-bridge']) {
      rmSync(join(place, 'data', volume), { recursive: true })
      mkdirSync(join(place, 'data', volume))
    }
    await dropDatabase(postgres.url, 'kez_chat')
    await provideDatabase()
    await startNats()
    const restored = await operate('restore', 'admin', 'restore', '--from', join(backups, name))
    expect(restored).toMatch(/INBOX_0 +1 +[0-9a-f]{16} +same/)
    expect(readFileSync(join(place, 'data', 'push', 'vapid.json'), 'utf8')).toBe(vapid)
    await startServices()
    await readsIt()
    await expect(operate('restore', 'admin', 'restore', '--from', join(backups, name))).rejects.toThrow(/already|empty/)
  })
})
