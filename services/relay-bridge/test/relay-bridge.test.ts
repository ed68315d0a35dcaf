import { bucketName, directoryBucket } from '@kez-chat/contracts'
import { ensureBucket, openBucket, openJetStream } from '@kez-chat/eventlog'
import { signingKeyFromSeed } from '@kez-chat/identity'
import { connectNats, createLog } from '@kez-chat/runtime'
import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'

const log = createLog('test', 'silent')
let nats: TestNats
beforeAll(async () => {
  nats = await startTestNats()
})
afterAll(() => nats.stop())

it('knows everybody in the directory and every newcomer, also across a restart of NATS', async () => {
  const registry = await connectNats({ name: 'registry', url: nats.url, seed: nats.seeds.registry }, log)
  const jetstream = await openJetStream(registry)
  await ensureBucket(jetstream.jsm, directoryBucket({ replicas: 1, inboxStreams: 1 }))
  const kv = await openBucket(jetstream, bucketName.directory)
  const enter = async (handle: string, fill: number): Promise<void> => {
    const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(fill))
    const entry = {
      handle,
      primary,
      server: 'localhost',
      registered_at: '2026-05-25T03:00:00Z',
      seq: fill,
      status: 'active',
    }
    for (const key of [`h.${handle}`, `p.${primary.slice('ed25519:'.length)}`]) await kv.put(key, JSON.stringify(entry))
  }
  await enter('alice', 1)

  const { config, secrets } = loadConfig({
    NATS_URL: nats.url,
    KEZ_RELAY_BRIDGE_NATS_SEED_FILE: nats.seedFiles['relay-bridge'],
  })
  const app = createApp(config, secrets, { log })
  await app.start()
  const known = async (): Promise<string> =>
    /kez_relay_bridge_addresses (\d+)/.exec(await app.metrics.metrics())?.[1] ?? ''
  await expect.poll(known, { timeout: 10_000 }).toBe('1')
  await expect.poll(() => app.notReady(), { timeout: 10_000 }).toEqual({})
  await enter('bob', 2)
  await expect.poll(known, { timeout: 10_000 }).toBe('2')

  await nats.restart()
  await expect.poll(() => enter('carol', 3).then(known, () => 'not yet'), { timeout: 30_000 }).toBe('3')
  await app.stop()
  await registry.close()
})
