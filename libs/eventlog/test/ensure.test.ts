import { directoryBucket } from '@kez-chat/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureBucket, ensureStream, openBucket, StreamDrift } from '../src/index.ts'
import { connect, type Rig, spec, startRig } from './rig.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.stop())

const bucket = directoryBucket({ replicas: 1, inboxStreams: 1 })

test('replicas that start at once make one stream, whatever first sequence each of them had in mind', async () => {
  const connections = await Promise.all(Array.from({ length: 4 }, () => connect(rig.nats)))
  const made = await Promise.all(
    connections.map(({ jsm }, i) => ensureStream(jsm, spec, { firstSeq: 1_000_000 * (i + 1) })),
  )
  expect(new Set(made.map(({ created }) => created)).size).toBe(1)
  const { state } = await rig.log.jsm.streams.info(spec.name)
  expect([1_000_000, 2_000_000, 3_000_000, 4_000_000]).toContain(state.last_seq + 1)
  for (const { nc } of connections) await nc.close()
})

test('a stream that is as it should be is left alone', async () => {
  const before = await rig.log.jsm.streams.info(spec.name)
  const found = await ensureStream(rig.log.jsm, spec)
  expect(found).toMatchObject({ name: spec.name, created: before.created, isNew: false })
})

test('a drifted stream is refused with each differing field, what is there, what is needed and what to do', async () => {
  const wanted = { ...spec, max_age: 5_000_000_000, deny_delete: false, subjects: ['identity.>'] }
  const attempt = ensureStream(rig.log.jsm, wanted)
  await expect(attempt).rejects.toBeInstanceOf(StreamDrift)
  const text = await attempt.then(
    () => '',
    (error: Error) => error.message,
  )
  expect(text).toContain('The stream IDENTITY exists with a configuration that this version cannot use:')
  expect(text).toContain('  - max_age: have 0, want 5000000000')
  expect(text).toContain('  - deny_delete: have true, want false')
  expect(text).toContain('  - subjects: have ["identity.handle.*","identity.primary.*"], want ["identity.>"]')
  expect(text).toContain('kez admin streams apply')
  expect(text.match(/^ {2}- /gm)).toHaveLength(3)
})

test('a bucket is made, found again, and refused when it drifted', async () => {
  expect(await ensureBucket(rig.log.jsm, bucket)).toMatchObject({ name: 'KV_directory', isNew: true })
  expect(await ensureBucket(rig.log.jsm, bucket)).toMatchObject({ isNew: false })
  await expect(ensureBucket(rig.log.jsm, { ...bucket, history: 5 })).rejects.toThrow(
    'max_msgs_per_subject: have 1, want 5',
  )
  const kv = await openBucket(rig.log, bucket.name)
  const revision = await kv.create('h.alice', 'one')
  await kv.update('h.alice', 'two', revision)
  expect((await kv.get('h.alice'))?.string()).toBe('two')
  await expect(kv.update('h.alice', 'three', revision)).rejects.toThrow(/wrong last sequence/)
})

test('what would take durability away counts as drift, though no specification names it', async () => {
  const { nc, jsm } = await connect(rig.nats)
  const { config } = await jsm.streams.info(spec.name)
  const { refuseDrift } = await import('../src/stream-drift.ts')
  expect(() => refuseDrift('IDENTITY', { ...config, persist_mode: 'async' }, spec)).toThrow(
    '  - persist_mode: have "async", want unset',
  )
  expect(() => refuseDrift('IDENTITY', { ...config, no_ack: true }, spec)).toThrow('  - no_ack: have true, want unset')
  await nc.close()
})
