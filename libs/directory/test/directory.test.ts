import {
  bucketName,
  type DirectoryEntry,
  directoryBucket,
  directoryKey,
  Handle,
  Primary,
  primaryHex,
} from '@kez-chat/contracts'
import { type Bucket, ensureBucket, type JetStream, openBucket, openJetStream } from '@kez-chat/eventlog'
import { connectNats, createLog } from '@kez-chat/runtime'
import { startTestNats, type TestNats } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Directory, openDirectory } from '../src/index.ts'

const log = createLog('test', 'silent')
let nats: TestNats
let registry: JetStream
let bucket: Bucket
let reader: JetStream
let directory: Directory
const changes: DirectoryEntry[] = []
const misses: boolean[] = []
let people = 0

const connect = async (name: 'registry' | 'auth-reader'): Promise<JetStream> =>
  openJetStream(await connectNats({ name, url: nats.url, seed: nats.seeds[name] }, log))

beforeAll(async () => {
  nats = await startTestNats()
  registry = await connect('registry')
  await ensureBucket(registry.jsm, directoryBucket({ replicas: 1, inboxStreams: 1 }))
  bucket = await openBucket(registry, bucketName.directory)
  await put(entryOf('early'))
  reader = await connect('auth-reader')
  directory = openDirectory(reader, {
    log,
    observer: {
      changed: (entry) => void changes.push(entry),
      size: (count) => {
        people = count
      },
      missed: (found) => void misses.push(found),
    },
  })
  while (!directory.synced) await new Promise((resolve) => setTimeout(resolve, 20))
})
afterAll(async () => {
  await directory?.stop()
  await reader?.nc.close()
  await registry?.nc.close()
  await nats?.stop()
})

let count = 0
const entryOf = (handle: string): DirectoryEntry => {
  count += 1
  return {
    handle: Handle.parse(handle),
    primary: Primary.parse(`ed25519:${count.toString(16).padStart(64, '0')}`),
    server: 'chat.example.org',
    registered_at: '2026-01-01T00:00:00Z',
    seq: count,
    status: 'active',
  }
}

const put = async (entry: DirectoryEntry): Promise<void> => {
  await bucket.put(directoryKey.handle(entry.handle), JSON.stringify(entry))
  await bucket.put(directoryKey.primary(primaryHex(entry.primary)), JSON.stringify(entry))
}

test('knows who was there before, by handle and by key, without asking', async () => {
  const early = changes.find(({ handle }) => handle === 'early')
  expect(early).toBeDefined()
  expect(await directory.byHandle(Handle.parse('early'))).toEqual(early)
  expect(early && (await directory.byPrimary(primaryHex(early.primary)))).toEqual(early)
  expect(misses).toEqual([])
  expect(people).toBe(1)
})

test('finds somebody whose entry was written this very moment: the leader is asked where the copy does not know', async () => {
  for (let i = 0; i < 20; i++) {
    const entry = entryOf(`newcomer${i}`)
    await put(entry)
    expect(await directory.byPrimary(primaryHex(entry.primary))).toEqual(entry)
  }
  const nobody = entryOf('nobody')
  expect(await directory.byHandle(nobody.handle)).toBeUndefined()
  expect(misses.at(-1)).toBe(false)
})

test('tells of each change once, and lists everybody by key', async () => {
  const entry = entryOf('changing')
  await put(entry)
  await put({ ...entry, status: 'revoked', seq: entry.seq + 1_000 })
  await expect
    .poll(() => changes.filter(({ handle }) => handle === 'changing').map(({ status }) => status))
    .toEqual(['active', 'revoked'])
  expect([...directory.primaries()].filter(({ handle }) => handle === 'changing')).toHaveLength(1)
})

test('is complete again after the broker was away', async () => {
  await nats.restart()
  const entry = entryOf('afterwards')
  await expect
    .poll(() =>
      put(entry).then(
        () => 'written',
        () => 'not yet',
      ),
    )
    .toBe('written')
  await expect.poll(() => directory.synced).toBe(true)
  expect(await directory.byHandle(entry.handle)).toEqual(entry)
})
