import { inboxMessageId, inboxStream, inboxStreamName, inboxSubject, PrimaryHex } from '@kez-chat/contracts'
import { connectNats, createLog } from '@kez-chat/runtime'
import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureBucket } from '../src/ensure-bucket.ts'
import { ensureStream } from '../src/ensure-stream.ts'
import { type JetStream, openJetStream } from '../src/jetstream.ts'
import {
  countMessages,
  findStored,
  noRoom,
  readFromLeader,
  readRange,
  removeThrough,
  storeMessage,
  subjectBytes,
  subjectState,
  watchBucket,
} from '../src/messages/index.ts'

const log = createLog('test', 'silent')
const person = PrimaryHex.parse('ab'.repeat(32))
const other = PrimaryHex.parse('cd'.repeat(32))
const subject = inboxSubject.stored(person)
const stream = inboxStreamName(0)
const firstSeq = 170_000_000_000_000

let nats: TestNats
let gateway: JetStream
let registry: JetStream

beforeAll(async () => {
  nats = await startTestNats()
  const open = async (name: 'gateway' | 'registry') =>
    openJetStream(await connectNats({ name, url: nats.url, seed: nats.seeds[name] }, log))
  gateway = await open('gateway')
  registry = await open('registry')
  const spec = inboxStream(0, { replicas: 1, inboxStreams: 1 }, { maxBytes: 1 << 26, duplicateWindowHours: 1 })
  await ensureStream(gateway.jsm, { ...spec, max_msgs_per_subject: 20 }, { firstSeq })
})

afterAll(async () => {
  await gateway?.nc.close()
  await registry?.nc.close()
  await nats?.stop()
})

test('a message is stored once however often it is sent, and is found by its id without storing anything', async () => {
  const id = inboxMessageId(person, '1'.repeat(64))
  expect(await findStored(gateway.nc, subject, id)).toBeUndefined()
  const first = await storeMessage(gateway.nc, subject, '{"n":1}', { id })
  expect(first).toEqual({ seq: firstSeq, duplicate: false })
  expect(await storeMessage(gateway.nc, subject, '{"n":1}', { id })).toEqual({ seq: first.seq, duplicate: true })
  expect(await findStored(gateway.nc, subject, id)).toEqual({ seq: first.seq, duplicate: true })
  expect(await subjectState(gateway, stream, subject)).toEqual({ streamLastSeq: firstSeq, messages: 1 })
})

test('one subject is read in order and in bounded portions, and the leader knows whether there is more', async () => {
  for (let n = 2; n <= 12; n++) {
    await storeMessage(gateway.nc, subject, `{"n":${n}}`)
    await storeMessage(gateway.nc, inboxSubject.stored(other), 'noise')
  }
  const page = await readRange(gateway, stream, { subject, from: 0, messages: 5, bytes: 1 << 20 })
  expect(page.map(({ data }) => JSON.parse(new TextDecoder().decode(data)).n)).toEqual([1, 2, 3, 4, 5])
  const from = (page.at(-1)?.seq ?? 0) + 1
  const rest = await readRange(gateway, stream, { subject, from, messages: 100, bytes: 1 << 20 })
  expect(rest).toHaveLength(7)
  expect(await readRange(gateway, stream, { subject, from, messages: 100, bytes: 1 })).toHaveLength(1)
  const all = { subject, messages: 100, bytes: 1 << 20 }
  expect(await readRange(gateway, stream, { ...all, from: new Date(0) })).toEqual([...page, ...rest])
  expect(await readRange(gateway, stream, { ...all, from: new Date(Date.now() + 60_000) })).toEqual([])
  expect(await countMessages(gateway, stream, 'kez.inbox.*.*')).toBeGreaterThanOrEqual(page.length + rest.length)
  const last = rest.at(-1)?.seq ?? 0
  expect((await readFromLeader(gateway, stream, { seq: last, next_by_subj: subject }))?.seq).toBe(last)
  expect(await readFromLeader(gateway, stream, { seq: last + 1, next_by_subj: subject })).toBeUndefined()
  expect(await readRange(gateway, stream, { subject, from: last + 1, messages: 9, bytes: 1 << 20 })).toEqual([])
})

test('a full subject refuses with a code, its bytes add up, and freeing it makes room', async () => {
  let refused: unknown
  let bytes = (await subjectBytes(gateway, stream, subject)).bytes
  for (let n = 0; n < 20 && !refused; n++)
    await storeMessage(gateway.nc, subject, 'x'.repeat(1_000)).then(
      () => {
        bytes += 1_000
      },
      (error: unknown) => {
        refused = error
      },
    )
  expect(refused).toMatchObject({ name: 'StoreRefused', code: noRoom })
  expect(await subjectBytes(gateway, stream, subject)).toEqual({ messages: 20, bytes })
  const { streamLastSeq } = await subjectState(gateway, stream, subject)
  await removeThrough(gateway, stream, subject, streamLastSeq)
  expect(await subjectState(gateway, stream, subject)).toEqual({ streamLastSeq, messages: 0 })
  expect(await subjectBytes(gateway, stream, subject)).toEqual({ messages: 0, bytes: 0 })
  await expect(storeMessage(gateway.nc, subject, 'room')).resolves.toMatchObject({ duplicate: false })
})

test('a stream that is not there answers with an error instead of an empty list', async () => {
  const range = { subject, from: 0, messages: 1, bytes: 1_000 }
  await expect(readRange(gateway, 'INBOX_9', range)).rejects.toMatchObject({ name: 'LogUnavailable' })
})

test('a watched bucket hands over what is there and every change, also after a restart of NATS', async () => {
  const bucket = { name: 'directory', replicas: 1, history: 1, ttl: 0, maxValueSize: 65_536 }
  await ensureBucket(registry.jsm, bucket)
  const put = (key: string, value: string) => storeMessage(registry.nc, `$KV.directory.${key}`, value)
  await put('h.alice', '1')
  await put('h.bob', '1')
  const seen = new Map<string, string>()
  const handed: string[] = []
  const watch = watchBucket(gateway, bucket.name, {
    onEntry: ({ key, value }) => {
      handed.push(key)
      seen.set(key, new TextDecoder().decode(value))
    },
  })
  await expect.poll(() => watch.synced).toBe(true)
  expect(Object.fromEntries(seen)).toEqual({ 'h.alice': '1', 'h.bob': '1' })
  await put('h.alice', '2')
  await expect.poll(() => seen.get('h.alice')).toBe('2')
  await nats.restart()
  await expect
    .poll(
      () =>
        put('h.carol', '1').then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true)
  await expect.poll(() => seen.get('h.carol'), { timeout: 20_000 }).toBe('1')
  await expect.poll(() => watch.synced).toBe(true)
  expect(handed).toEqual(['h.alice', 'h.bob', 'h.alice', 'h.carol'])
  await watch.stop()
})
