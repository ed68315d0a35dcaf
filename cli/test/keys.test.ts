import { spawnSync } from 'node:child_process'
import { createECDH } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNatsServer } from '@kez-chat/embedded'
import { afterAll, expect, it } from 'vitest'
import { loadVapidKeys } from '../../services/push/src/vapid/key-file.ts'
import { loadRelayKey } from '../../services/relay-bridge/src/key/key-file.ts'
import { kez } from './kez.ts'

const folder = mkdtempSync(join(tmpdir(), 'kez-keys-'))
const to = join(folder, 'keys')
const generate = (...more: string[]) =>
  kez(['admin', 'keys', 'generate', '--to', to, '--database', 'db:5432/kez', ...more])
const contents = () =>
  Object.fromEntries(globSync('*/*', { cwd: to }).map((file) => [file, readFileSync(join(to, file), 'utf8')]))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('kez admin keys generate makes a folder for each part, that only its owner can read, and shows no secret', async () => {
  const { code, out } = await generate()
  expect(code).toBe(0)
  for (const file of ['registry/registry.nk', 'auth/auth-xkey.nk', 'nats/nats.conf', 'postgres/password'])
    expect(out).toContain(`made ${file}`)
  for (const file of globSync('**', { cwd: to })) expect(statSync(join(to, file)).mode & 0o077, file).toBe(0)
  const secrets = Object.entries(contents()).filter(([file]) => /\.nk$|password|database-url|secret/.test(file))
  expect(secrets.length).toBeGreaterThan(10)
  for (const [, secret] of secrets) expect(out).not.toContain(secret.trim())
  const { 'push/database-url': url, 'postgres/password': password } = contents()
  expect(url).toBe(`postgres://kez_chat:${password?.trim()}@db:5432/kez\n`)
})

it('keeps what is there, makes again what was lost, and writes the configuration for as many inbox streams as are wanted', async () => {
  const before = contents()
  expect((await generate()).out).toContain('Every key is there')
  expect(contents()).toEqual(before)
  rmSync(join(to, 'push', 'push.nk'))
  const { out } = await generate('--inbox-streams', '8')
  expect(out).toMatch(/made push\/push\.nk[\s\S]*made nats\/nats\.conf/)
  expect(contents()['nats/nats.conf']).toContain('$JS.API.STREAM.INFO.INBOX_7')
  expect(contents()['gateway/gateway.nk']).toBe(before['gateway/gateway.nk'])
})

it('writes a configuration that nats-server accepts', async () => {
  const { path } = await findNatsServer()
  const file = join(folder, 'nats.conf')
  writeFileSync(file, contents()['nats/nats.conf'] ?? '')
  expect(spawnSync(path, ['-t', '-c', file], { encoding: 'utf8' })).toMatchObject({ status: 0 })
})

it('makes for Kubernetes what push and relay bridge make for themselves elsewhere, once, and they can use it', async () => {
  expect(Object.keys(contents())).not.toContain('push/vapid.json')
  await generate('--inbox-streams', '8', '--kubernetes')
  const before = contents()
  const vapid = JSON.parse(before['push/vapid.json'] ?? '')
  expect(await loadVapidKeys(join(to, 'push', 'vapid.json'))).toEqual({ ...vapid, previous: [] })
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(vapid.privateKey, 'base64url')
  expect(ecdh.getPublicKey('base64url')).toBe(vapid.publicKey)
  await loadRelayKey(join(to, 'relay-bridge', 'relay-bridge.key'))
  expect((await generate('--inbox-streams', '8', '--kubernetes')).out).toContain('Every key is there')
  expect(contents()).toEqual(before)
})

it('writes accounts and routes apart, for a nats-server whose other settings come from elsewhere', async () => {
  const { path } = await findNatsServer()
  const file = join(folder, 'of-the-chart.conf')
  const chart = `{ "port": 4222, "server_name": "nats-0", include ./keys/nats/accounts.conf;
    "cluster": { "name": "nats", "port": 6222, "routes": ["nats://nats-0:6222"], include ./keys/nats/routes.conf; },
    "jetstream": { "store_dir": "/data", "sync_interval": "always" } }`
  writeFileSync(file, chart)
  expect(spawnSync(path, ['-t', '-c', file], { encoding: 'utf8' })).toMatchObject({ status: 0 })
})

it.each([
  [['admin', 'keys', 'generate'], /--to is missing/],
  [['admin', 'keys', 'melt', '--to', 'x'], /<what> is one of generate, rotate/],
  [['admin', 'keys', 'generate', '--to', 'x', '--inbox-streams', '65'], /from 1 to 64/],
  [['admin', 'keys', 'generate', '--to', 'x', '--database', 'a b'], /host:port\/name/],
])('kez %j is refused', async (args, message) => {
  const { code, err } = await kez(args)
  expect(err).toMatch(message)
  expect(code).toBe(2)
})
