import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findNatsServer, freePort, noRestart, startEmbeddedNats } from '../src/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kez-nats-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const start = async (client: number) => {
  const { path: binary } = await findNatsServer()
  const ports = { client, websocket: await freePort(), monitor: await freePort() }
  return startEmbeddedNats({ folder, binary, inboxStreams: 1, ports, restart: noRestart, report: () => {} })
}

test('NATS takes the preferred port when it is free and another one when it is not', async () => {
  const preferred = await freePort()
  const first = await start(preferred)
  expect(first.ports.client).toBe(preferred)
  await first.stop()

  const occupier = createServer()
  await new Promise<void>((resolve) => occupier.listen(preferred, '127.0.0.1', resolve))
  const second = await start(preferred)
  expect(second.ports.client).not.toBe(preferred)
  expect(second.url).toBe(`nats://127.0.0.1:${second.ports.client}`)
  expect((await fetch(`${second.monitorUrl}/healthz`)).status).toBe(200)
  await second.stop()
  occupier.close()
})

test('keys are made once and the shipped configuration waits for the disk', async () => {
  const first = await start(await freePort())
  await first.stop()
  const second = await start(await freePort())
  await second.stop()
  expect(second.keys).toEqual(first.keys)
  expect(readFileSync(join(folder, 'nats', 'nats.conf'), 'utf8')).toMatch(/sync_interval: always/)
})

test('a configuration that the server refuses is reported with the server’s own words', async () => {
  const { path: binary } = await findNatsServer()
  const adjustConfig = (config: string) => `${config}\nno_such_setting {\n`
  await expect(
    startEmbeddedNats({ folder, binary, inboxStreams: 1, restart: noRestart, report: () => {}, adjustConfig }),
  ).rejects.toMatchObject({
    code: 'child_failed',
    message: expect.stringMatching(/nats-server did not become ready.*Parse error/s),
  })
})
