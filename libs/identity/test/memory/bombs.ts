import { zstdCompressSync } from 'node:zlib'
import { IdentityError, MAX_PROOF_BYTES, parseProof, toBase64url } from '../../src/index.ts'
import * as native from '../../src/zstd-native.ts'
import * as portable from '../../src/zstd-portable.ts'

/** What `memory.test.ts` reads from this process: growth of the peak of its memory in MiB, and how each input ended. */
export interface Outcome {
  readonly grownMiB: number
  readonly results: Record<string, string>
}

const MIB = 1 << 20

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const BLOCK = 128 * 1024
const blockSize = (frame: Uint8Array, at: number): number => 3 + (((frame[at] ?? 0) | ((frame[at + 1] ?? 0) << 8)) >> 3)

/** A frame of compressed blocks, each of a few bytes for 128 KiB, that never declares its size. */
const compressedBlocks = (count: number): Uint8Array => {
  const two = zstdCompressSync(Buffer.alloc(2 * BLOCK + 1, 'ab'))
  const first = two.subarray(9, 9 + blockSize(two, 9))
  const next = two.subarray(9 + first.length, 9 + first.length + blockSize(two, 9 + first.length))
  const header = Buffer.from('28b52ffd0088', 'hex')
  return Uint8Array.from(Buffer.concat([header, first, ...Array<Buffer>(count - 1).fill(next), hex('010000')]))
}

/** Frames of a few kilobytes that ask for far more than the bound. */
const frames: Record<string, Uint8Array> = {
  'blocks that repeat one byte, 1 GiB': hex(`28b52ffd0088${'02001000'.repeat(8_191)}03001000`),
  'a declared size of 4 GiB': hex('28b52ffda0ffffffff010000'),
  'compressed blocks, 1 GiB': compressedBlocks(8_192),
  'a window of 128 MiB around nothing': hex('28b52ffd0088010000'),
  'a window of 3.75 TiB around nothing': hex('28b52ffd00ff010000'),
}

const bomb = frames['compressed blocks, 1 GiB'] ?? new Uint8Array()
const texts: Record<string, string> = {
  'sixteen bombs in one text': `kez:z1:${toBase64url(bomb)} `.repeat(16),
  'a million brackets': '['.repeat(MAX_PROOF_BYTES),
  'a million quotes': '"'.repeat(MAX_PROOF_BYTES),
  'ten times too much text': 'x'.repeat(10 * MAX_PROOF_BYTES),
}

const ending = async (act: () => Promise<unknown>): Promise<string> => {
  try {
    await act()
    return 'read'
  } catch (error) {
    return error instanceof IdentityError ? error.code : String(error)
  }
}

// What any first use costs is paid before the measurement.
await ending(() => parseProof('kez:z1:AAAA'))
await ending(async () => portable.decompress(await portable.compress(new Uint8Array(MIB)), MIB))
const before = process.resourceUsage().maxRSS
const results: Record<string, string> = {}
for (const [name, frame] of Object.entries(frames)) {
  results[`${name}, native`] = await ending(() => native.decompress(frame, MIB))
  results[`${name}, portable`] = await ending(() => portable.decompress(frame, MIB))
}
for (const [name, text] of Object.entries(texts)) results[name] = await ending(() => parseProof(text))
const outcome: Outcome = { grownMiB: (process.resourceUsage().maxRSS - before) / 1024, results }
console.log(JSON.stringify(outcome))
