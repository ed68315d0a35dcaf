import { zstdCompressSync } from 'node:zlib'
import {
  createEvent,
  emptyChain,
  encodeJsonl,
  fromHex,
  jcs,
  parseProof,
  type SigchainEvent,
  toBase64url,
} from '../../src/index.ts'
import { at, claim, key } from './fixtures.ts'
import type { Refusal } from './refusal.ts'

const none = emptyChain(key.primary)
const first = createEvent(none, { op: 'add', subject: 'github:alice' }, at, key)
const frame = (hex: string): Promise<unknown> => parseProof(`kez:z1:${toBase64url(fromHex(hex, hex.length / 2))}`)
const zstd = (content: string | Uint8Array): Promise<unknown> =>
  parseProof(`kez:z1:${toBase64url(zstdCompressSync(content))}`)
const damaged = (): Promise<unknown> => {
  const bytes = Uint8Array.from(zstdCompressSync('hello '.repeat(50)))
  bytes[5] = (bytes[5] ?? 0) + 1
  return parseProof(`kez:z1:${toBase64url(bytes)}`)
}
const proof = (text: string): Promise<unknown> => parseProof(text)
const zeroes = '0000 0000'.replace(' ', '')

/** Encodings. */
export const encodingsRefusals: readonly Refusal[] = [
  [() => proof(' '.repeat(1_048_577)), 'too_large', 'a proof is at most 1048576 bytes long'],
  [() => proof('hello'), 'malformed', 'there is no claim and no sigchain in this'],
  [() => proof(`[${jcs(claim)},${jcs(claim)}]`), 'malformed', 'there are 2 proofs in this, not one'],
  [() => proof('{}'), 'wrong_type', 'neither a claim nor a sigchain'],
  [() => proof('{'), 'malformed', 'not valid JSON'],
  [() => zstd(Uint8Array.of(0xff)), 'malformed', 'not valid UTF-8'],
  [() => zstd(new Uint8Array(1_048_577)), 'too_large', 'the content is longer than 1048576 bytes'],
  [
    () => encodeJsonl(Array<SigchainEvent>(3_000).fill(first.envelope)),
    'too_large',
    'the content is longer than 1048576 bytes',
  ],
  [() => frame(zeroes.repeat(2)), 'malformed', 'not a zstd frame: it begins otherwise'],
  [() => frame('28b52ffd2800010000'), 'malformed', 'not a zstd frame: reserved bit'],
  [() => frame('28b52ffd2101000100'), 'malformed', 'not a zstd frame: it needs a dictionary'],
  [() => frame('28b52ffd2000070000'), 'malformed', 'not a zstd frame: reserved block type'],
  [() => frame('28b52ffd20010900'), 'malformed', 'not a zstd frame: it is cut off'],
  [() => frame('28b52ffd200001000000'), 'malformed', 'not a zstd frame: something follows it'],
  [damaged, 'malformed', 'not a zstd frame: its content is damaged'],
]
