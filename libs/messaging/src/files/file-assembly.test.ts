import { randomBytes } from 'node:crypto'
import { toBase64url } from '@kez-chat/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChunkedFileBody, type FileChunkBody, parseBody } from '../body.ts'
import { MessageError } from '../errors.ts'
import { messagingKeyFromSeed } from '../messaging-key.ts'
import { createFileBody, fileChunk } from './create-file.ts'
import { createFileAssembly, type FileLimits } from './file-assembly.ts'
import { createMemoryFileStore, type FileStore } from './file-store.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1)).primary
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2)).primary
const carol = messagingKeyFromSeed(new Uint8Array(32).fill(3)).primary
const now = Date.parse('2026-05-25T03:00:00Z')
const DAY = 86_400_000
const KIB = 1_024
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

type Piece = FileChunkBody | ChunkedFileBody
const sent = async (size: number) => {
  const data = new Uint8Array(randomBytes(size))
  const draft = { from: alice, fromHandle: 'alice@kez.test', to: bob, sentAt: now }
  const pointer = await createFileBody({ name: 'film.mp4', mime: 'video/mp4', data }, draft)
  if (pointer.mode !== 'chunked') throw new Error('a larger file, please')
  const chunks = Array.from({ length: pointer.n }, (_, i) => fileChunk(pointer, data, i))
  return { data, pointer, chunks, key: { from: alice, fileId: pointer.file_id } }
}
const small = (change: Partial<FileChunkBody> = {}): FileChunkBody => ({
  ...{ type: 'kez-file-chunk-v1', file_id: 'ab'.repeat(16), i: 0, n: 4, data: toBase64url(new Uint8Array(KIB)) },
  ...change,
})
const fileId = (n: number) => n.toString(16).padStart(32, '0')
const stored = async (store: FileStore) =>
  (await store.list()).flatMap(({ chunks }) => chunks).reduce((total, { bytes }) => total + bytes, 0)

const film = await sent(200_000)
const first = fileChunk(film.pointer, film.data, 0)
const pieces: Piece[] = [...film.chunks, film.pointer]

describe('the pieces of a file', () => {
  it('make it whole in any order, however often they come, over any number of restarts', async () => {
    const order = fc.tuple(
      fc.shuffledSubarray(pieces, { minLength: pieces.length }),
      fc.array(fc.tuple(fc.nat(20), fc.constantFrom(...pieces)), { maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
    )
    await fc.assert(
      fc.asyncProperty(order, async ([shuffled, repeats, restarts]) => {
        const come = [...shuffled]
        for (const [at, piece] of repeats) come.splice(at, 0, piece)
        const store = createMemoryFileStore()
        let assembly = await createFileAssembly(store)
        for (const [i, piece] of come.entries()) {
          const { file, have, missing } = await assembly.take(alice, piece, now)
          expect(file.state === 'whole' ? file.n : have + missing.length).toBe(film.pointer.n)
          expect(missing).toEqual(missing.toSorted((a, b) => a - b))
          if (restarts[i]) assembly = await createFileAssembly(store)
        }
        expect(assembly.progress(film.key)).toMatchObject({
          have: film.pointer.n,
          missing: [],
          file: { state: 'whole' },
        })
        expect(await assembly.read(film.key)).toEqual(film.data)
      }),
      { numRuns: 30 },
    )
  })

  it('say which are missing, and what the pointer told when it has come', async () => {
    const assembly = await createFileAssembly(createMemoryFileStore())
    for (const i of [5, 1]) await assembly.take(alice, fileChunk(film.pointer, film.data, i), now)
    expect(assembly.progress(film.key)).toEqual({
      ...{ have: 2, missing: [0, 2, 3, 4, 6] },
      file: { ...film.key, n: 7, since: now, state: 'waiting' },
    })
    expect(await assembly.read(film.key)).toBeUndefined()
    expect((await assembly.take(alice, film.pointer, now)).file.pointer).toEqual(film.pointer)
    expect(assembly.list()).toHaveLength(1)
    expect(assembly.progress({ ...film.key, from: carol })).toBeUndefined()
  })

  it('taken at the same moment are all kept', async () => {
    const assembly = await createFileAssembly(createMemoryFileStore())
    await Promise.all(pieces.map((piece) => assembly.take(alice, piece, now)))
    expect(await assembly.read(film.key)).toEqual(film.data)
  })

  it('that are complete when the process ends before the check are checked at the next start', async () => {
    const store = createMemoryFileStore()
    const assembly = await createFileAssembly({
      ...store,
      putRecord: (record) => (record.state === 'whole' ? Promise.reject(new Error('killed')) : store.putRecord(record)),
    })
    for (const piece of pieces.slice(0, -1)) await assembly.take(alice, piece, now)
    await expect(assembly.take(alice, film.pointer, now)).rejects.toThrow('killed')
    expect(await (await createFileAssembly(store)).read(film.key)).toEqual(film.data)
  })

  it('that do not make what the pointer says are dropped, and come to nothing again', async () => {
    const store = createMemoryFileStore()
    const assembly = await createFileAssembly(store)
    const wrong = { ...film.pointer, sha256: 'ab'.repeat(32) }
    for (const piece of [...film.chunks, wrong]) await assembly.take(alice, piece, now)
    expect(assembly.progress(film.key)).toMatchObject({ have: 0, missing: [], file: { state: 'damaged' } })
    expect(await assembly.read(film.key)).toBeUndefined()
    expect(await stored(store)).toBe(0)
    for (const chunk of film.chunks) await assembly.take(alice, chunk, now)
    expect(await stored(store)).toBe(0)
    const again = await createFileAssembly(store)
    expect(again.progress(film.key)?.file.state).toBe('damaged')
  })

  it('of one sender never touch the file of another, whatever id they claim', async () => {
    const assembly = await createFileAssembly(createMemoryFileStore())
    for (const chunk of film.chunks) await assembly.take(carol, { ...chunk, data: small().data }, now)
    await assembly.take(carol, { ...film.pointer, sha256: 'ab'.repeat(32) }, now).catch(() => undefined)
    for (const piece of pieces) await assembly.take(alice, piece, now)
    expect(await assembly.read(film.key)).toEqual(film.data)
  })
})

describe('a piece that is hostile', () => {
  it.each<[string, Piece[], Piece, string]>([
    ['of another number of chunks', [small()], small({ i: 1, n: 5 }), 'file_conflict'],
    ['whose pointer has another number', [small()], { ...film.pointer, file_id: small().file_id }, 'file_conflict'],
    ['of more bytes than its file', [film.pointer, ...film.chunks.slice(0, 6)], { ...first, i: 6 }, 'file_conflict'],
    ['whose pointer says less than has come', [first], { ...film.pointer, size: KIB }, 'file_conflict'],
    [
      'that points elsewhere than before',
      [film.pointer],
      { ...film.pointer, sha256: 'ab'.repeat(32) },
      'file_conflict',
    ],
    ['that gives another name than before', [film.pointer], { ...film.pointer, name: 'a.exe' }, 'file_conflict'],
    ['without a byte', [], small({ data: '' }), 'malformed'],
    ['of more than 32 KiB', [], small({ data: toBase64url(new Uint8Array(33 * KIB)) }), 'too_large'],
  ])('%s is refused, and changes nothing', async (_, before, piece, expected) => {
    const store = createMemoryFileStore()
    const assembly = await createFileAssembly(store)
    for (const one of before) await assembly.take(alice, one, now)
    const kept = JSON.stringify(await store.list())
    await expect(assembly.take(alice, piece, now)).rejects.toThrow(code(expected))
    expect(JSON.stringify(await store.list())).toBe(kept)
  })

  it('of too many chunks or bytes is no body in the first place', () => {
    for (const body of [
      small({ n: 4_097 }),
      { ...film.pointer, size: 10 * KIB * KIB + 1 },
      { ...film.pointer, n: 4_097 },
    ]) {
      expect(() => parseBody(body)).toThrow(code('malformed'))
    }
  })

  const within = (limits: Partial<FileLimits>) => createFileAssembly(createMemoryFileStore(), limits)

  it('finds no room beyond the bounds of its sender, while others go on', async () => {
    const assembly = await within({ senderFiles: 2, senderBytes: 3 * KIB })
    await assembly.take(alice, small({ file_id: fileId(1) }), now)
    await assembly.take(alice, small({ file_id: fileId(2) }), now)
    await expect(assembly.take(alice, small({ file_id: fileId(3) }), now)).rejects.toThrow(code('no_room'))
    await expect(assembly.take(alice, film.pointer, now)).rejects.toThrow(code('no_room'))
    await assembly.take(alice, small({ file_id: fileId(1), i: 1 }), now)
    await expect(assembly.take(alice, small({ file_id: fileId(1), i: 2 }), now)).rejects.toThrow(code('no_room'))
    expect((await assembly.take(carol, small(), now)).have).toBe(1)
  })

  it('finds no room beyond the bounds of all, and throws nobody out', async () => {
    const files = await within({ totalFiles: 2 })
    const bytes = await within({ totalBytes: 2 * KIB })
    for (const assembly of [files, bytes]) {
      await assembly.take(alice, small(), now)
      await assembly.take(bob, small(), now)
      await expect(assembly.take(carol, small(), now)).rejects.toThrow(code('no_room'))
      expect(assembly.list().map(({ have }) => have)).toEqual([1, 1])
      await assembly.release({ from: bob, fileId: small().file_id })
      expect((await assembly.take(carol, small(), now)).have).toBe(1)
    }
  })

  it('of strangers finds less room, all strangers together leave room for others, and one who is accepted is none any more', async () => {
    const store = createMemoryFileStore()
    const limits = { strangerFiles: 1, strangersFiles: 2, strangersBytes: 3 * KIB }
    let assembly = await createFileAssembly(store, limits)
    const stranger = { stranger: true }
    await assembly.take(alice, small({ file_id: fileId(1) }), now, stranger)
    const second = small({ file_id: fileId(2) })
    await expect(assembly.take(alice, second, now, stranger)).rejects.toThrow(code('no_room'))
    await assembly.take(bob, small(), now, stranger)
    await expect(assembly.take(carol, small(), now, stranger)).rejects.toThrow(code('no_room'))
    await assembly.take(bob, small({ i: 1 }), now, stranger)
    await expect(assembly.take(bob, small({ i: 2 }), now, stranger)).rejects.toThrow(code('no_room'))
    assembly = await createFileAssembly(store, limits)
    await expect(assembly.take(bob, small({ i: 2 }), now, stranger)).rejects.toThrow(code('no_room'))
    await assembly.take(alice, small({ file_id: fileId(1), i: 1 }), now)
    await assembly.take(alice, second, now)
    expect((await assembly.take(carol, small(), now, stranger)).have).toBe(1)
  })

  it('counts again after a restart', async () => {
    const store = createMemoryFileStore()
    await (await createFileAssembly(store)).take(alice, small(), now)
    const again = await createFileAssembly(store, { senderBytes: KIB + 10 })
    await expect(again.take(alice, small({ i: 1 }), now)).rejects.toThrow(code('no_room'))
  })

  it('of whatever kind never stores more than the bounds, and is refused with errors of this library only', async () => {
    const piece = fc.oneof(
      fc
        .record({ i: fc.nat(3), n: fc.constantFrom(3, 4), id: fc.nat(4), size: fc.nat(2 * KIB) })
        .map(({ i, n, id, size }) =>
          small({ i: Math.min(i, n - 1), n, file_id: fileId(id), data: toBase64url(new Uint8Array(size)) }),
        ),
      fc
        .record({ n: fc.constantFrom(3, 4), id: fc.nat(4), size: fc.integer({ min: 4, max: 4 * KIB }) })
        .map(({ n, id, size }): Piece => ({ ...film.pointer, n, size, file_id: fileId(id) })),
    )
    const limits = { senderBytes: 6 * KIB, senderFiles: 3, totalBytes: 9 * KIB, totalFiles: 5 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(alice, bob, carol), piece), { maxLength: 40 }),
        async (come) => {
          const store = createMemoryFileStore()
          const assembly = await createFileAssembly(store, limits)
          for (const [from, one] of come) {
            await assembly.take(from, one, now).catch((error: unknown) => expect(error).toBeInstanceOf(MessageError))
          }
          expect(await stored(store)).toBeLessThanOrEqual(limits.totalBytes)
          expect((await store.list()).length).toBeLessThanOrEqual(limits.totalFiles)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('a file that never comes whole', () => {
  it('is forgotten 7 days after its first piece, and one that is whole is kept until it is released', async () => {
    const store = createMemoryFileStore()
    const assembly = await createFileAssembly(store)
    await assembly.take(carol, small(), now)
    await assembly.take(carol, small({ i: 1 }), now + 6 * DAY)
    for (const piece of pieces) await assembly.take(alice, piece, now)
    expect(await assembly.sweep(now + 7 * DAY)).toEqual([])
    expect(await assembly.sweep(now + 7 * DAY + 1)).toMatchObject([{ from: carol, fileId: small().file_id }])
    expect(await assembly.read(film.key)).toEqual(film.data)
    await assembly.release(film.key)
    expect(await store.list()).toEqual([])
    expect(await stored(store)).toBe(0)
    expect(assembly.list()).toEqual([])
  })
})
