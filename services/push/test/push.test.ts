import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandSubject } from '@kez-chat/contracts'
import { connectNats, createLog, requestCommand } from '@kez-chat/runtime'
import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { createApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'

const log = createLog('test', 'silent')
let nats: TestNats
let folder = ''
beforeAll(async () => {
  nats = await startTestNats()
  folder = await mkdtemp(join(tmpdir(), 'kez-push-'))
})
afterAll(async () => {
  await nats.stop()
  await rm(folder, { recursive: true })
})

it('tells the same VAPID key after a restart, and never the private one', async () => {
  const vapidKeysFile = join(folder, 'vapid.json')
  const env = { NATS_URL: nats.url, KEZ_PUSH_NATS_SEED_FILE: nats.seedFiles.push, KEZ_VAPID_KEYS_FILE: vapidKeysFile }
  const gateway = await connectNats({ name: 'gateway', url: nats.url, seed: nats.seeds.gateway }, log)
  const ask = async (): Promise<unknown> => {
    const { config, secrets } = loadConfig(env)
    const app = createApp(config, secrets, { log })
    expect(app.notReady()).toEqual({ nats: 'not connected' })
    await app.start()
    expect(app.notReady()).toEqual({})
    const answer = await requestCommand(gateway, commandSubject.pushVapidKey, {}, z.unknown())
    await app.stop()
    return answer
  }
  const first = await ask()
  const { publicKey } = JSON.parse(await readFile(vapidKeysFile, 'utf8'))
  expect(first).toEqual({ key: publicKey })
  expect(await ask()).toEqual(first)
  await gateway.close()
})
