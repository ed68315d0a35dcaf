import { bucketName, type RelayStatus, relayStatesBucket } from '@kez-chat/contracts'
import { ensureBucket, openJetStream } from '@kez-chat/eventlog'
import { storeMessage } from '@kez-chat/eventlog/messages'
import { connectNats, createLog } from '@kez-chat/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway
beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
})
afterAll(() => rig.stop())

const status = (url: string, change: Partial<RelayStatus> = {}): RelayStatus => ({
  url,
  state: 'connected',
  accepted: 3,
  rejected: 1,
  updated_at: new Date().toISOString(),
  ...change,
})

test('anyone sees how the relays do that the bridge listens on, and which it has stopped reporting', async () => {
  expect(await gateway.client.relays()).toEqual([])
  const seed = rig.nats.seeds['relay-bridge']
  const nc = await connectNats({ name: 'relay-bridge', url: rig.nats.url, seed }, createLog('test', 'silent'))
  await ensureBucket((await openJetStream(nc)).jsm, relayStatesBucket({ replicas: 1, inboxStreams: 1 }))
  const write = (key: string, value: unknown) =>
    storeMessage(nc, `$KV.${bucketName.relayStates}.${key}`, JSON.stringify(value))
  const old = new Date(Date.now() - 60_000).toISOString()
  await write('b', status('wss://b.example', { state: 'penalised' }))
  await write('a', status('wss://a.example'))
  await write('c', status('wss://c.example', { updated_at: old }))
  await write('b', status('wss://b.example', { latency_ms: 20, last_event_at: old }))
  await write('d', { nonsense: true })
  await expect
    .poll(() => gateway.client.relays())
    .toMatchObject([
      { url: 'wss://a.example', state: 'connected', accepted: 3, rejected: 1 },
      { url: 'wss://b.example', state: 'connected', latency_ms: 20, last_event_at: old },
      { url: 'wss://c.example', state: 'stopped', reason: 'nobody is listening' },
    ])
  const answer = await fetch(`${gateway.baseUrl}/v1/relays`, { headers: { origin: 'https://elsewhere.example' } })
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  await nc.close()
})
