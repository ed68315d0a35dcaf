import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DoctorCheck } from '@kez-chat/contracts'
import { findNatsServer } from '@kez-chat/embedded'
import { openDatabase } from '@kez-chat/eventlog/postgres'
import { newPhrase } from '@kez-chat/identity'
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type RelayCounterpart,
  type Stack,
  startRelayCounterpart,
  startStack,
} from '@kez-chat/testkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openPortsAt } from '../src/doctor/outside/open-ports.ts'
import { type Ports, type Site, startPlainNats, startProxyWithClock, startSites } from './doctor-site.ts'
import { kez } from './kez.ts'

const dir = mkdtempSync(join(tmpdir(), 'kez-doctor-'))
const backups = join(dir, 'backups')
const hour = 3_600_000
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined }

let stack: Stack
let relay: RelayCounterpart
let ca: CertificateAuthority
let nginx: ChildProcess
let ports: Readonly<Record<keyof ReturnType<typeof plannedSites>, Ports>>
let gateway: string
const endings: (() => unknown)[] = []

const plannedSites = () => {
  const good = ca.issue('good')
  const inLocation = (lines: string) => (text: string) =>
    text.replace('proxy_read_timeout', `${lines}\n        proxy_read_timeout`)
  const internal = new URL(stack.internal.gateway).host
  const location = (lines: string) => (text: string) => text.replace('location / {', `${lines}\n\n    location / {`)
  const site = (change?: Site['change']): Site => ({ certificate: good, ...(change ? { change } : {}) })
  return {
    good: site(),
    buffering: site((text) =>
      text.replace('proxy_buffering off;', 'proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;'),
    ),
    noUpgrade: site((text) => text.replaceAll(/^.*(\$http_upgrade|\$kez_connection).*\n/gm, '')),
    smallBodies: site((text) => text.replace('client_max_body_size 1m;', 'client_max_body_size 64k;')),
    acme: site(location(`location /.well-known/ { root ${dir}/static; }`)),
    noPolicy: site(inLocation('proxy_hide_header Content-Security-Policy;')),
    noHsts: site((text) => text.replace(/add_header Strict-Transport-Security .*;/, '')),
    caching: site(
      inLocation(
        'proxy_hide_header Cache-Control; add_header Cache-Control "public, max-age=600"; add_header Strict-Transport-Security "max-age=31536000" always;',
      ),
    ),
    doubled: site(
      inLocation(
        'add_header Access-Control-Allow-Origin *; add_header Strict-Transport-Security "max-age=31536000" always;',
      ),
    ),
    believing: site((text) => text.replace(/proxy_set_header X-Forwarded-For .*;/, '')),
    exposed: site(
      location(
        `location /metrics { proxy_pass http://${internal}; }\n    location /internal/ { proxy_pass http://${internal}; }`,
      ),
    ),
    dead: site((text) => text.replace('127.0.0.1:6969', '127.0.0.1:1')),
    plain: { certificate: good, servesPlain: true },
    elsewhere: { certificate: ca.issue('elsewhere', { names: 'DNS:www.example.org' }) },
    expired: { certificate: ca.issue('expired', { days: -1 }) },
    halfChain: { certificate: ca.authority('between').issue('half-chain') },
  } satisfies Record<string, Site>
}

const makeBackup = (root: string, name: string, createdAt: number | undefined) => {
  mkdirSync(join(root, name), { recursive: true })
  if (createdAt !== undefined)
    writeFileSync(join(root, name, 'manifest.json'), JSON.stringify({ createdAt: new Date(createdAt).toISOString() }))
}

beforeAll(async () => {
  const webDir = join(dir, 'web')
  mkdirSync(join(webDir, '.well-known'), { recursive: true })
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>kez-chat</title>')
  writeFileSync(
    join(webDir, '.well-known', 'kez-web-manifest.json'),
    JSON.stringify({ v: 1, version: '0', build: '0'.repeat(16), algorithm: 'sha256', files: [] }),
  )
  makeBackup(backups, '2026-01-01T00-00-00Z', Date.now() - 90 * hour)
  makeBackup(backups, '2026-01-02T00-00-00Z', Date.now() - 2 * hour)
  ;[relay, ca] = await Promise.all([startRelayCounterpart(), createCertificateAuthority(dir, 'ca')])
  stack = await startStack({
    webDir,
    env: {
      KEZ_TRUSTED_PROXIES: '127.0.0.1',
      KEZ_VAPID_SUBJECT: 'mailto:operator@kez-chat.org',
      KEZ_RELAYS: relay.url,
      KEZ_POST_BURST: '1000',
      KEZ_RELAY_VISITS_PER_MINUTE: '1000',
    },
  })
  gateway = new URL(stack.url).host.replace('localhost', '127.0.0.1')
  const started = await startSites(dir, gateway, plannedSites())
  ;({ ports, child: nginx } = started)
  const patience = { timeout: 30_000, interval: 100 }
  await vi.waitFor(async () => {
    expect((await fetch(`http://localhost:${ports.good.plain}`, { redirect: 'manual' })).status).toBe(308)
    const { relays } = await (await fetch(`${stack.url}/v1/relays`)).json()
    expect(relays[0]?.state).toBe('connected')
  }, patience)
}, 120_000)
afterAll(async () => {
  nginx?.kill('SIGTERM')
  for (const end of endings) await end()
  await stack?.stop()
  await relay?.stop()
  rmSync(dir, { recursive: true, force: true })
})

type Seen = { readonly code: number; readonly checks: readonly DoctorCheck[]; readonly codes: readonly string[] }

const common = (): string[] => [
  '--internal',
  stack.internal.gateway,
  '--nats',
  stack.nats.monitorUrl,
  '--backups',
  backups,
  '--data-dir',
  dir,
  '--full',
  '99',
  '--no-probe',
]
const withCa = (): string[] => ['--ca', ca.file]

const run = async (url: string, more: readonly string[] = [], now?: number): Promise<Seen> => {
  const { code, out, err } = await kez(['admin', 'doctor', url, ...more, '--json'], now === undefined ? {} : { now })
  if (out === '') throw new Error(err)
  const { checks } = JSON.parse(out) as { checks: DoctorCheck[] }
  return {
    code,
    checks,
    codes: checks.filter(({ status }) => status === 'fail' || status === 'warn').map(({ id }) => id),
  }
}
const addressOf = (site: keyof typeof ports, host = 'localhost') => `https://${host}:${ports[site].secure}`

/** The server as the site shows it, all else being well. An option that is given wins over the usual one. */
const doctor = (site: keyof typeof ports, more: readonly string[] = [], host?: string): Promise<Seen> => {
  const usual = [...common(), ...withCa(), '--plain', `http://localhost:${ports[site].plain}`]
  const kept = usual.filter((_, i) => !more.includes(usual[i - (i % 2)] ?? '') || usual[i - (i % 2)] === undefined)
  return run(addressOf(site, host), [...kept, ...more])
}

const expectFault = ({ checks, codes, code }: Seen, ids: readonly string[], cure: RegExp, exit = 1): void => {
  expect(codes).toEqual(ids)
  const found = checks.find(({ id }) => id === ids[0])
  expect(found?.cure).toMatch(cure)
  expect(found?.message).toMatch(/\.$/)
  expect(code).toBe(exit)
}

it('finds a server behind the nginx of the docs well, and says of all what it saw', async () => {
  const { code, checks, codes } = await doctor('good')
  expect(codes).toEqual([])
  expect(code).toBe(0)
  const skipped = checks.filter(({ status }) => status === 'skipped').map(({ id }) => id)
  expect(skipped.filter((id) => id !== 'address.ipv6')).toEqual(['stream.idle', 'internal.ports'])
  const ids = checks.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8')
  expect(ids.filter((id) => !docs.includes(`\`${id}\``))).toEqual([])
  const text = await kez(['admin', 'doctor', addressOf('good'), ...common(), ...withCa()])
  expect(text.out).toMatch(/^ok +nats\.sync +What is accepted is on disk/m)
  expect(text.out).toContain('All is well as far as can be seen from here.')
})

describe('names what the proxy does wrong, and what helps', () => {
  it.concurrent.each<[keyof ReturnType<typeof plannedSites>, string[], RegExp, number?]>([
    ['buffering', ['stream.live'], /proxy_buffering off/],
    ['noUpgrade', ['relay.websocket'], /proxy_set_header Upgrade/],
    ['smallBodies', ['proxy.body-limit'], /client_max_body_size 1m/],
    ['acme', ['web.app', 'wellknown.webfinger', 'wellknown.nostr'], /\.well-known/],
    ['noPolicy', ['headers.csp'], /Leave Content-Security-Policy to the gateway/],
    ['noHsts', ['headers.hsts'], /add_header Strict-Transport-Security/, 0],
    ['caching', ['headers.cache'], /cache nothing below \/v1/],
    ['doubled', ['headers.cors', 'wellknown.nostr'], /Leave the headers Access-Control/],
    ['believing', ['proxy.client-address'], /X-Forwarded-For \$remote_addr/],
    ['exposed', ['internal.hidden'], /never to KEZ_INTERNAL_BIND/],
    ['plain', ['http.plain'], /return 308 https/],
    ['elsewhere', ['tls.name'], /Give the proxy a certificate for localhost/],
    ['halfChain', ['tls.trusted'], /send the whole chain \(certbot's fullchain\.pem/],
    ['expired', ['tls.expiry'], /certbot renew --dry-run/],
  ])('%s', async (site, ids, cure, exit) => expectFault(await doctor(site, ['--only', 'outside']), ids, cure, exit))
})

it('sees what of the inside is open to the world', async () => {
  const portOf = (url: string) => Number(new URL(url).port)
  const open = {
    internal: portOf(stack.internal.gateway),
    monitor: portOf(stack.nats.monitorUrl),
    postgres: portOf(stack.databaseUrl),
  }
  expect(await openPortsAt('127.0.0.1', open)).toEqual([
    `the internal listener (port ${open.internal})`,
    `the monitor of NATS (port ${open.monitor})`,
    `Postgres (port ${open.postgres})`,
  ])
  // A port that answers otherwise is somebody else's.
  expect(await openPortsAt('127.0.0.1', { internal: open.monitor, monitor: open.internal, postgres: 1 })).toEqual([])
})

it('names a gateway that the proxy does not reach', async () => {
  const seen = await doctor('dead', ['--only', 'outside'])
  expect(seen.checks.find(({ id }) => id === 'server.health')).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('does not reach the gateway (HTTP 502'),
    cure: expect.stringContaining('KEZ_CHAT_BIND'),
  })
  expect(seen.code).toBe(1)
})

it('names a certificate whose authority nobody knows', async () => {
  const usual = [...common(), '--plain', `http://localhost:${ports.good.plain}`]
  expectFault(
    await run(addressOf('good'), usual),
    ['tls.trusted'],
    /Get a certificate from a public authority|send the whole chain/,
  )
})

it('names a server that has another name than it is asked by', async () => {
  expectFault(await doctor('good', [], '127.0.0.1'), ['server.name'], /KEZ_CHAT_SERVER=127\.0\.0\.1/)
})

it('names a clock that is wrong', async () => {
  const proxy = await startProxyWithClock(gateway, ca.issue('clock'), -90_000)
  endings.push(proxy.stop)
  const seen = await run(`https://localhost:${proxy.port}`, [...withCa(), '--only', 'outside'])
  // It passes on what a client says of its address, and nothing else is wrong with it.
  expectFault(seen, ['clock', 'proxy.client-address'], /timedatectl set-ntp true/)
  expect(seen.checks.find(({ id }) => id === 'clock')?.message).toMatch(/ (89|9\d) s behind/)
})

it('ends with 3 where nothing answers, and names the rest as not looked at', async () => {
  const nothing = await run('https://localhost:1', common())
  expect(nothing.codes).toContain('address.ipv4')
  expect(nothing.code).toBe(3)
  expect(nothing.checks.find(({ id }) => id === 'relay.websocket')).toMatchObject({ status: 'skipped' })
  const noTls = await run(`https://localhost:${ports.good.plain}`, [...common(), ...withCa()])
  expect(noTls.checks.find(({ id }) => id === 'tls.handshake')?.message).toMatch(/does not speak TLS/)
  expect(noTls.code).toBe(3)
  const nowhere = await run('https://kez-chat.invalid', common())
  expect(nowhere.checks[0]?.message).toMatch(/leads nowhere/)
})

it('passes over what nobody has named and cannot be reached, and says how to reach it', async () => {
  const folder = join(dir, 'data-folder')
  mkdirSync(join(folder, 'nats'), { recursive: true })
  writeFileSync(join(folder, 'nats', 'nats.conf'), 'http: "127.0.0.1:1"\n')
  const { checks, code } = await run(addressOf('good'), [...withCa(), '--only', 'inside', '--data-dir', folder])
  for (const id of ['nats.monitor', 'backups.age']) {
    const check = checks.find((one) => one.id === id)
    expect(check?.status, id).toBe('skipped')
    expect(check?.message, id).toMatch(/--(nats|backups)/)
  }
  expect(code).toBe(0)
})

it.each([
  [['http://localhost', '--full', '0'], /--full is a whole number from 1 to 100/],
  [['https://localhost', '--nats', 'x'], /--nats is an address/],
  [['https://localhost/path'], /<what> is an address/],
  [['chat.example.org'], /<what> is push, or an address like/],
  [['https://localhost', 'alice'], /a handle goes with push alone/],
])('kez admin doctor %s is wrong use', async (args, message) => {
  const { code, err } = await kez(['admin', 'doctor', ...args])
  expect(err).toMatch(message)
  expect(code).toBe(2)
})

describe('from inside', () => {
  const inside = (more: readonly string[]) => doctor('good', [...more, '--only', 'inside'])

  it('names a NATS that acknowledges before it writes, and a store that is nearly full', async () => {
    const { path } = await findNatsServer()
    const nats = await startPlainNats(path, dir, '  max_file_store: 1MB', 950_000)
    endings.push(nats.stop)
    const { checks } = await inside(['--nats', nats.url, '--full', '80'])
    const of = (id: string) => checks.find((check) => check.id === id)
    expect(of('nats.sync')).toMatchObject({ status: 'fail', cure: expect.stringContaining('sync_interval: always') })
    expect(of('nats.store')).toMatchObject({ status: 'fail', cure: expect.stringContaining('max_file_store') })
    expect(of('nats.streams')).toMatchObject({ status: 'fail', message: expect.stringContaining('holds no streams') })
    expect(of('nats.clients')).toMatchObject({ status: 'fail', message: expect.stringContaining('registry, gateway') })
  })

  it('names a disk that is nearly full', async () => {
    const seen = await inside(['--full', '1'])
    expectFault(seen, ['disk.free'], /Make room/)
  })

  it.each([
    ['none at all', join(dir, 'no-backups'), [], /kez admin backup/, /There is no backup/],
    [
      'an old one',
      join(dir, 'old-backups'),
      [
        ['a', 40],
        ['b', undefined],
      ],
      /every night/,
      /40 hours old/,
    ],
  ] as const)('names backups: %s', async (_name, root, made, cure, message) => {
    mkdirSync(root)
    for (const [name, age] of made) makeBackup(root, name, age === undefined ? undefined : Date.now() - age * hour)
    const seen = await inside(['--backups', root])
    expectFault(seen, ['backups.age'], cure)
    expect(seen.checks.find(({ id }) => id === 'backups.age')?.message).toMatch(message)
  })

  it('warns of a backup that broke off, and not of one that is being made', async () => {
    const folder = join(backups, '2026-01-03T00-00-00Z')
    makeBackup(backups, '2026-01-03T00-00-00Z', undefined)
    const under = await inside([])
    expect(under.checks.find(({ id }) => id === 'backups.age')?.message).toMatch(/Another one is being made/)
    const then = new Date(Date.now() - 90 * 60_000)
    utimesSync(folder, then, then)
    expectFault(await inside([]), ['backups.age'], /why the last backup broke off/, 0)
    rmSync(folder, { recursive: true })
  })

  it('names a migration that has not run', async () => {
    type Steps = { kysely_migration: { name: string; timestamp: string } }
    const database = openDatabase<Steps>({ url: stack.databaseUrl, schema: 'registry', log: silentLog })
    const steps = await database.kysely
      .selectFrom('kysely_migration')
      .selectAll()
      .orderBy('name', 'desc')
      .limit(1)
      .execute()
    const [last] = steps
    await database.kysely
      .deleteFrom('kysely_migration')
      .where('name', '=', last?.name ?? '')
      .execute()
    const seen = await inside([])
    await database.kysely.insertInto('kysely_migration').values(steps).execute()
    await database.close()
    expectFault(seen, ['registry.migrations'], /Restart the registry/)
  })

  it('names tables that stand still while the log goes on', async () => {
    type Cursors = { projection_cursor: { projection: string } }
    const database = openDatabase<Cursors>({ url: stack.databaseUrl, schema: 'registry', log: silentLog })
    const seen = await database.kysely.transaction().execute(async (trx) => {
      await trx.selectFrom('projection_cursor').selectAll().forUpdate().execute()
      await kez(['register', 'waiting', '--mnemonic', '-'], { env: { KEZ_SERVER: stack.url }, stdin: newPhrase(12) })
      return inside([])
    })
    await database.close()
    expectFault(seen, ['registry.people'], /holds a lock on the tables in the schema registry/)
    await expect.poll(async () => (await inside([])).codes, { timeout: 30_000 }).toEqual([])
  })

  it('names a relay that is away', async () => {
    await relay.stop()
    await expect.poll(async () => (await doctor('good')).codes, { timeout: 30_000 }).toEqual(['relays.connected'])
    expectFault(await doctor('good'), ['relays.connected'], /take those that do not out of KEZ_RELAYS/)
  })

  it('names a contact that push services refuse, and services that are away', async () => {
    await stack.services.push.stop()
    const replica = await stack.addReplica('push', { KEZ_VAPID_SUBJECT: '', KEZ_CHAT_SERVER: 'chat.internal' })
    const contact = await inside([])
    expect(contact.codes).toEqual(['push.contact'])
    expect(contact.checks.find(({ id }) => id === 'push.contact')?.cure).toMatch(/Set KEZ_VAPID_SUBJECT to mailto:/)
    await stack.services['relay-bridge'].stop()
    const bridge = (await doctor('good')).checks.find(({ id }) => id === 'relay.websocket')
    expect(bridge).toMatchObject({ status: 'fail', cure: expect.stringContaining('relay-bridge runs') })
    await replica.stop()
    await stack.services.registry.stop()
    const away = await inside([])
    expect(away.codes).toEqual(['registry.reachable', 'push.reachable', 'nats.clients'])
    expect(away.checks.find(({ id }) => id === 'nats.clients')?.message).toContain('registry, relay-bridge, push')
  })
})

it('prints no secret, whatever is wrong', async () => {
  const { out } = await kez(['admin', 'doctor', addressOf('good'), ...common(), ...withCa()])
  const { password } = new URL(stack.databaseUrl)
  const secrets = [password, ...Object.values(stack.nats.seedFiles).map((file) => readFileSync(file, 'utf8').trim())]
  for (const secret of secrets) expect(out).not.toContain(secret)
})
