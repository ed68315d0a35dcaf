import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNatsServer, freePort } from '@kez-chat/embedded'
import { nkeyOfSeed } from '@kez-chat/nats-config'
import { connectNats, createLog, type NatsConnection, readSeedFile } from '@kez-chat/runtime'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kez } from './kez.ts'

const folder = mkdtempSync(join(tmpdir(), 'kez-rotate-'))
const to = join(folder, 'keys')
const services = ['registry', 'gateway', 'relay-bridge', 'push'] as const
const log = createLog('test', 'silent')
const text = (...path: string[]): string => readFileSync(join(to, ...path), 'utf8')

let port = 0
let server: ChildProcess | undefined
/** The nats-server with the configuration as it is now, on ports of its own. */
const restart = async (): Promise<void> => {
  await stop()
  const [monitor, websocket] = [await freePort(undefined, '127.0.0.1'), await freePort(undefined, '127.0.0.1')]
  const config = text('nats', 'nats.conf')
    .replace('0.0.0.0:4222', `127.0.0.1:${port}`)
    .replace('0.0.0.0:8222', `127.0.0.1:${monitor}`)
    .replace('0.0.0.0:8443', `127.0.0.1:${websocket}`)
    .replace('/data/jetstream', join(folder, 'jetstream'))
  writeFileSync(join(folder, 'nats.conf'), config)
  server = spawn((await findNatsServer()).path, ['-c', join(folder, 'nats.conf')], { stdio: 'ignore' })
}
const stop = async (): Promise<void> => {
  if (server === undefined || server.exitCode !== null) return
  server.kill('SIGINT')
  await once(server, 'exit')
}

const admin = (...args: string[]) => kez(['admin', 'keys', ...args, '--to', to], { env: { NATS_URL: url() } })
const rotate = async (step: string, ...more: string[]) => {
  const { out, err } = await admin('rotate', step, ...more, '--json')
  return JSON.parse(out || err)
}
const url = (): string => `nats://127.0.0.1:${port}`
/** As a service does it when it starts: with what is in its own folder. */
const asService = async (name: (typeof services)[number]): Promise<NatsConnection> =>
  connectNats({ name, url: url(), seed: await readSeedFile(join(to, name, `${name}.nk`)), patience: 4_000 }, log)

/** A service whose NATS was restarted connects again by itself, if it is let in. */
const isBack = (nc: NatsConnection): Promise<void> =>
  expect
    .poll(
      () =>
        nc.flush().then(
          () => 'back',
          () => 'away',
        ),
      { timeout: 15_000 },
    )
    .toBe('back')

beforeAll(async () => {
  port = await freePort(undefined, '127.0.0.1')
  expect((await admin('generate')).code).toBe(0)
  await restart()
})
afterAll(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

it('changes every key while services are connected, lets none be locked out, and shows no secret', async () => {
  const first = Object.fromEntries(services.map((name) => [name, text(name, `${name}.nk`).trim()]))
  const secret = text('registry', 'operator.secret').trim()
  const running = await Promise.all(services.map((name) => asService(name)))

  expect((await rotate('prepare')).changed).toHaveLength(13)
  // NATS has not read its configuration yet: nobody may be told to use a key that it does not know.
  expect((await rotate('switch')).error.code).toBe('not_accepted')
  await restart()
  for (const nc of running) await isBack(nc)
  expect((await rotate('switch')).changed).toHaveLength(13)
  expect((await rotate('switch')).changed).toEqual([])
  for (const name of services) expect(text(name, `${name}.nk`)).not.toMatch(new RegExp(`^${first[name]}`))
  // Services that were restarted come with the new key, the others are in with the old one.
  for (const name of services) await (await asService(name)).close()
  await restart()
  for (const nc of running) await isBack(nc)

  const refused = await rotate('finish')
  expect(refused.error).toMatchObject({ code: 'still_in_use', message: expect.stringContaining('registry, gateway') })
  for (const nc of running) await nc.close()
  expect((await rotate('finish')).changed).toHaveLength(13)
  await restart()
  for (const name of services) await (await asService(name)).close()
  for (const name of services) expect(text('nats', 'nats.conf')).not.toContain(nkeyOfSeed(first[name] ?? '').publicKey)
  expect(text('registry', 'operator.secret').trim()).toMatch(/^[0-9a-f]{64}$/)
  expect(text('registry', 'operator.secret')).not.toContain(secret)
  expect(text('operator', 'operator.secret')).toBe(text('registry', 'operator.secret'))

  const { out } = await admin('rotate', 'status')
  expect(out).toMatch(/^auth-issuer +one key$/m)
  for (const file of globSync('*/*.{nk,secret}', { cwd: to })) {
    expect(out).not.toContain(text(file).trim())
    expect(statSync(join(to, file)).mode & 0o077, file).toBe(0)
  }
})

it('broken off anywhere leaves every service a key that NATS takes, and goes on when it is run again', async () => {
  const accepted = (): string => text('nats', 'nats.conf')
  const conf = accepted()
  for (const step of ['prepare', 'switch', 'finish']) {
    const before = join(folder, `before-${step}`)
    cpSync(to, before, { recursive: true })
    expect((await rotate(step, '--unchecked')).changed.length).toBeGreaterThan(0)
    // Only some of the files were written when the power went.
    for (const file of ['push/push.nk', 'auth/auth-xkey.nk', 'nats/nats.conf', 'operator/operator.secret'])
      cpSync(join(before, file), join(to, file))
    for (const name of services) {
      const { publicKey } = nkeyOfSeed(await readSeedFile(join(to, name, `${name}.nk`)))
      expect(accepted(), `${step} ${name}`).toContain(publicKey)
    }
    await rotate(step, '--unchecked')
    expect(text('operator', 'operator.secret'), step).toBe(text('registry', 'operator.secret'))
    // The next start of the containers changes nothing of it.
    expect((await admin('generate')).out).toContain('Every key is there')
  }
  expect(accepted()).not.toBe(conf)
  expect(accepted().split('\n')).toHaveLength(conf.split('\n').length)
})

it('does all at once for a server that is stopped, in the data folder of npm start too, and not for one that runs', async () => {
  expect((await rotate('all')).error.code).toBe('running')
  await stop()
  expect((await rotate('all', '--only', 'push, sys')).changed).toEqual(['push', 'sys'])
  const data = join(folder, 'data')
  cpSync(to, join(data, 'all'), { recursive: true })
  for (const file of globSync('*/*.{nk,secret}', { cwd: to }))
    cpSync(join(to, file), join(data, 'keys', file.split('/')[1] ?? ''))
  const { out, code } = await kez(['admin', 'keys', 'rotate', 'all', '--data-dir', data], { env: { NATS_URL: url() } })
  expect(code).toBe(0)
  expect(out).toMatch(/^Start the server: it runs with the new keys/m)
  expect(readFileSync(join(data, 'keys', 'push.nk'), 'utf8')).not.toBe(text('push', 'push.nk'))
  expect(existsSync(join(data, 'nats'))).toBe(false)
})

it.each([
  [['rotate'], 'usage'],
  [['rotate', 'prepare', '--only', 'melt'], 'usage'],
  [['generate', 'all'], 'usage'],
])('kez admin keys %j is refused', async (args, code) => {
  expect(JSON.parse((await admin(...args, '--json')).err).error.code).toBe(code)
})
