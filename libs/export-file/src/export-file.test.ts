import { type Bytes, concat, utf8 } from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Kdf } from './cost.ts'
import { headerBytes } from './header.ts'
import { openExport, type Problem } from './reader.ts'
import type { ExportRecord } from './record.ts'
import { createExportWriter } from './writer.ts'

/** Stands for Argon2id where thousands of files are opened. */
const quick: Kdf = async (password, salt) => Uint8Array.from(sha256(concat(password, salt)))
const passphrase = 'four plain grey stones'

const message = (n: number, text = `message ${n}`): ExportRecord => ({
  ...{ kind: 'message', with: 'ed25519:ab', id: String(n), at: n, own: n % 2 === 0, body: { type: 'text', text } },
})
const records: ExportRecord[] = [
  { kind: 'about', n: 1 },
  { kind: 'conversation', peer: 'ed25519:ab' },
  ...Array.from({ length: 10 }, (_, n) => message(n)),
  message(10, 'long '.repeat(200)),
]

const written = async (all: readonly ExportRecord[] = records) => {
  const writer = await createExportWriter(passphrase, quick)
  const frames = all.map((record) => writer.add(record))
  const { bytes, tally } = writer.end()
  return { file: concat(writer.head, ...frames, bytes), tally, frames }
}

async function* inChunks(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = async (file: Uint8Array, { using = passphrase, chunk = 1_000 } = {}) => {
  const { items } = await openExport(inChunks(file, chunk), using, quick)
  const found: [number, ExportRecord][] = []
  const problems: Problem[] = []
  for await (const item of items()) {
    if (item.type === 'record') found.push([item.index, item.record])
    else if (item.type === 'problem') problems.push(item.problem)
    else return { found, problems, whole: item.whole, tally: item.tally }
  }
  throw new Error('reading did not end')
}

const flip = (bytes: Bytes, at: number, by = 1): Bytes => bytes.map((byte, i) => (i === at ? byte ^ by : byte))
const indexed = records.map((record, i): [number, ExportRecord] => [i, record])

describe('an export file', () => {
  it('gives back what was written, in whatever pieces it comes, with the same count and the same hashes', async () => {
    const { file, tally } = await written()
    for (const chunk of [1, 7, 1_000, 1_000_000]) {
      const back = await read(file, { chunk })
      expect(back.found).toEqual(indexed)
      expect(back).toMatchObject({ problems: [], whole: true, tally })
    }
    expect(tally).toMatchObject({ records: 13, kinds: { about: 1, message: 11 }, history: { messages: 11 } })
  })

  it('with nothing in it is whole', async () => {
    expect(await read((await written([])).file)).toMatchObject({ found: [], problems: [], whole: true })
  })

  it('tells nothing without the passphrase but how many records there are and how long they are at most', async () => {
    const [one, two] = [await written([message(1, 'a')]), await written([message(1, 'a'.repeat(60))])]
    expect(one.frames[0]?.length).toBe(two.frames[0]?.length)
    expect(new TextDecoder('latin1').decode(one.file)).not.toMatch(/message|ed25519|conversation/)
    expect(one.file).not.toEqual((await written([message(1, 'a')])).file)
  })

  it('refuses to write what could not be read back', async () => {
    const writer = await createExportWriter(passphrase, quick)
    const bad = [
      { kind: 'End!' },
      { kind: 'end' },
      { kind: 'x', text: '\ud800' },
      { kind: 'x', text: 'x'.repeat(1 << 20) },
    ]
    for (const record of bad) expect(() => writer.add(record)).toThrow(expect.objectContaining({ code: 'unwritable' }))
    const file = concat(writer.head, writer.add({ kind: 'x' }), writer.end().bytes)
    expect(await read(file)).toMatchObject({ found: [[0, { kind: 'x' }]], whole: true })
  })
})

describe('what cannot be opened', () => {
  it.each([
    ['nothing at all', async () => new Uint8Array(0), 'not_an_export'],
    ['a picture', async () => Uint8Array.from({ length: 2_000 }, (_, i) => i), 'not_an_export'],
    ['one that ends in its header', async () => (await written()).file.subarray(0, 200), 'header_damaged'],
    ['one whose header is damaged twice', async () => flip(flip((await written()).file, 40), 296), 'header_damaged'],
  ])('%s is refused, and it is said why', async (_what, make, code) => {
    await expect(read(await make())).rejects.toMatchObject({ name: 'ExportError', code })
  })

  it('is one under another passphrase, or of a newer version, or that asks for a gigabyte and more', async () => {
    const { file } = await written()
    await expect(read(file, { using: 'another' })).rejects.toMatchObject({ code: 'wrong_passphrase' })
    await expect(read(file, { using: passphrase.normalize('NFKD') })).resolves.toMatchObject({ whole: true })
    const latin = (from: number, to: number): string => new TextDecoder('latin1').decode(file.subarray(from, to))
    const replaced = (from: string, to: string): Bytes => {
      const signed = concat(latin(0, 207).replace(from, to).trimEnd().padEnd(207), latin(207, 239))
      const sum = Buffer.from(sha256(signed).subarray(0, 8)).toString('hex')
      const block = concat(signed, sum, '\n')
      return concat(block, block, file.subarray(512))
    }
    await expect(read(replaced('"v":1', '"v":2'))).rejects.toMatchObject({ code: 'newer_version' })
    await expect(read(replaced('"m":65536', '"m":99999999'))).rejects.toMatchObject({ code: 'refused_cost' })
    await expect(read(replaced('"m":65536', '"m":8'))).rejects.toMatchObject({ code: 'refused_cost' })
    await expect(read(replaced('"t":3', '"t":4'))).rejects.toMatchObject({ code: 'wrong_passphrase' })
  })
})

describe('a damaged byte', () => {
  it('in the header costs nothing, since it stands twice', async () => {
    const { file } = await written()
    for (let at = 0; at < headerBytes; at += 5) {
      expect(await read(flip(file, at)), `byte ${at}`).toMatchObject({ found: indexed, whole: true })
    }
  })

  it('behind it costs the one record that it is in, and that is said; at the end it looks cut off', async () => {
    const { file, frames } = await written()
    let [begin, index] = [headerBytes, 0]
    for (const frame of [...frames, file.subarray(file.length - 10)]) {
      const others = indexed.filter(([i]) => i !== index)
      for (let at = begin; at < Math.min(begin + frame.length, file.length); at += 37) {
        const back = await read(flip(file, at, 0x80))
        expect(back.found, `byte ${at}`).toEqual(others)
        expect(back.whole).toBe(false)
        const [problem] = back.problems
        if (index === frames.length) expect(problem?.code).toBe('truncated')
        else expect(problem).toMatchObject(problem?.code === 'damaged' ? { index } : { from: index, to: index })
        expect(back.problems).toHaveLength(1)
      }
      begin += frame.length
      index++
    }
  })
})

describe('a file that was cut off', () => {
  it('gives what is left, and says so, wherever the cut is', async () => {
    const { file, frames } = await written()
    let end = headerBytes
    const ends = frames.map((frame) => (end += frame.length))
    for (let length = headerBytes; length < file.length; length += 41) {
      const back = await read(file.subarray(0, length))
      expect(back.found).toEqual(indexed.slice(0, ends.filter((each) => each <= length).length))
      expect(back.problems.map(({ code }) => code)).toEqual(['truncated'])
      expect(back.whole).toBe(false)
    }
  })
})

describe('records that somebody has put elsewhere', () => {
  it('are not taken: repeated, swapped, left out, or from another file', async () => {
    const { file, frames } = await written()
    const head = file.subarray(0, headerBytes)
    const end = file.subarray(headerBytes + frames.reduce((sum, { length }) => sum + length, 0))
    const made = (...parts: (Uint8Array | undefined)[]) => read(concat(head, ...parts.map((part) => part ?? ''), end))
    const [a, b, c, ...rest] = frames
    const repeated = await made(a, b, b, a, c, ...rest)
    expect(repeated).toMatchObject({ found: indexed, whole: false, problems: [{ code: 'foreign' }] })
    const swapped = await made(a, c, b, ...rest)
    expect(swapped.found.map(([i]) => i)).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(swapped.problems[0]).toMatchObject({ code: 'missing', from: 1, to: 1 })
    expect((await made(...frames.slice(0, -2))).problems).toMatchObject([{ code: 'missing', from: 11, to: 12 }])
    const foreign = await made(a, (await written()).frames[1], ...frames.slice(2))
    expect(foreign.problems).toMatchObject([{ code: 'missing', from: 1, to: 1 }])
    expect((await read(concat(file, 'more'))).problems).toMatchObject([{ code: 'trailing', offset: file.length }])
  })
})

describe('whatever happens to its bytes', () => {
  it('reading never fails, and never gives a record that was not written in that place', async () => {
    const { file } = await written()
    const place = fc.nat({ max: file.length - 1 })
    const damage = fc.oneof(
      fc.record({ do: fc.constant('flip' as const), at: place, by: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ do: fc.constant('cut' as const), at: place, by: fc.integer({ min: 1, max: 900 }) }),
      fc.record({ do: fc.constant('copy' as const), at: place, by: place }),
      fc.record({ do: fc.constant('end' as const), at: place, by: fc.constant(0) }),
    )
    const apply = (bytes: Bytes, { do: what, at, by }: { do: string; at: number; by: number }): Bytes => {
      if (what === 'flip') return flip(bytes, at, by)
      if (what === 'end') return bytes.slice(0, at)
      if (what === 'cut') return concat(bytes.subarray(0, at), bytes.subarray(at + by))
      return concat(bytes.subarray(0, at), bytes.subarray(by, by + 700), bytes.subarray(at))
    }
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 5 }), fc.nat({ max: 5_000 }), async (all, chunk) => {
        const file2 = all.reduce(apply, file)
        try {
          const { found, whole } = await read(file2, { chunk: chunk + 1 })
          for (const [i, record] of found) expect(record).toEqual(records[i])
          const places = found.map(([i]) => i)
          expect(places).toEqual([...new Set(places)].sort((x, y) => x - y))
          if (whole) expect(found).toEqual(indexed)
        } catch (error) {
          expect(error).toMatchObject({
            name: 'ExportError',
            code: expect.stringMatching(/header_damaged|not_an_export/),
          })
        }
      }),
      { numRuns: 300 },
    )
  })

  it('noise is refused, or read as nothing', async () => {
    const { file } = await written()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (noise) => {
        await expect(read(noise)).rejects.toMatchObject({ name: 'ExportError' })
        expect(await read(concat(file.subarray(0, headerBytes), noise))).toMatchObject({ found: [], whole: false })
      }),
      { numRuns: 100 },
    )
  })
})

describe('the hash of a history', () => {
  it('is the same for the same messages in another order, and another one when a word differs', async () => {
    const of = async (all: ExportRecord[]) => (await written(all)).tally.history.sha256
    const [one, two] = [message(1), message(2)]
    expect(await of([one, two])).toBe(await of([two, one]))
    expect(await of([one, { ...two, via: 'home' }])).toBe(await of([one, two]))
    expect(await of([one, message(2, 'other')])).not.toBe(await of([one, two]))
    expect(await of([one])).not.toBe(await of([one, one]))
    expect(utf8(await of([]))).toHaveLength(64)
  })
})
