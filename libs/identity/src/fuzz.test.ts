import { constants, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import identity from '../../../vectors/identity.json' with { type: 'json' }
import rotation from '../../../vectors/rotation.json' with { type: 'json' }
import {
  createClaim,
  emptyChain,
  encodeMarkdown,
  findProofs,
  IdentityError,
  isAnyPrimary,
  isRecord,
  jcs,
  normaliseAnyPrimary,
  type ProofSource,
  parseAnyPrimary,
  parseNsec,
  parseProof,
  readClaim,
  signingKeyFromSeed,
  toBase64url,
  validateAppend,
  validateChain,
  verifyAcceptance,
  verifyClaim,
} from './index.ts'
import * as native from './zstd-native.ts'
import * as portable from './zstd-portable.ts'

/** What `act` gives, or the code it is refused with; any other error fails the test. */
const outcome = async (act: () => unknown): Promise<unknown> => {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    return error.code
  }
}

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const acceptance = rotation.chain[2]?.payload.payload.acceptance
const documents: unknown[] = [identity.claim, ...rotation.chain, acceptance]
const junk = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, maxDepth: 2 }),
  fc.constantFrom('', 'ed25519:', 'nostr:npub1', '2026-05-25T03:00:00Z', -1, 2 ** 53, null, [], {}, 'sha256:'),
)

/** A document in which one value, somewhere, is replaced, left out or added. */
const mutate = (value: unknown, path: readonly number[], by: unknown): unknown => {
  const [step, ...rest] = path
  if (!isRecord(value) || step === undefined) return by
  const names = [...Object.keys(value), 'more']
  const name = names[step % names.length] ?? 'more'
  const { [name]: old, ...others } = value
  return by === undefined && rest.length === 0 ? others : { ...value, [name]: mutate(old, rest, by) }
}
const mutations = fc
  .tuple(fc.constantFrom(...documents), fc.array(fc.nat(9), { maxLength: 5 }), fc.option(junk, { nil: undefined }))
  .map(([document, path, by]) => mutate(document, path, by))
const mutated = fc.oneof({ weight: 9, arbitrary: mutations }, { weight: 1, arbitrary: fc.constantFrom(...documents) })

describe('any input', () => {
  it('that is no sound document is refused with an error of this library, and one that is, is read', async () => {
    let sound = 0
    await fc.assert(
      fc.asyncProperty(mutated, async (value) => {
        const results = [
          await outcome(() => readClaim(value)),
          await outcome(() => verifyClaim(value, Date.parse('2026-06-01'))),
          await outcome(() => validateAppend(emptyChain(key.primary), value)),
          await outcome(() => validateChain([value])),
          await outcome(() => validateChain([...rotation.chain.slice(0, 1), value])),
          await outcome(() => verifyAcceptance(value, key.primary, emptyChain(key.primary))),
        ]
        if (results.some((result) => typeof result === 'object')) sound++
      }),
      { numRuns: 2_000, seed: 5 },
    )
    expect(sound).toBeGreaterThan(10)
  })

  it('as a key is refused with an error of this library', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'npubsec10qzry9:ed251AZ \n\0é'), maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        for (const parse of [parseAnyPrimary, normaliseAnyPrimary, parseNsec]) {
          expect(await outcome(() => parse(`nostr:${value}`))).toBe('malformed')
        }
        expect(isAnyPrimary(value)).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  it('as a proof gives proofs or an error of this library', async () => {
    const claim = createClaim({ subject: 'github:alice', createdAt: 0 }, key)
    const word = fc.constantFrom(
      ...['kez:z1:', 'kez:zc1:', '```kez\n', '\n```\n', '~~~kez', '"', '{', '[', '\n', '\r\n', ' ', '\ufeff', '\ud800'],
      `kez:z1:${toBase64url(zstdCompressSync(jcs(claim)))}`,
      encodeMarkdown(claim),
      jcs(claim),
    )
    const text = fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 8 })
    const source: fc.Arbitrary<ProofSource> = fc.oneof(
      text.map((words) => words.join('')),
      text,
      fc.uint8Array({ maxLength: 64 }),
    )
    await fc.assert(
      fc.asyncProperty(source, async (value) => {
        await outcome(() => parseProof(value))
        await outcome(() => findProofs(value))
      }),
      { numRuns: 1_000 },
    )
  })

  it('as a frame never gives two contents, and with a checksum always one answer', async () => {
    const content = Buffer.from(JSON.stringify(rotation.chain))
    const summed = zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    const plain = zstdCompressSync(content)
    // As streaming compressors write it: no content size, and a window of 8 MiB.
    const unsized = Buffer.concat([Buffer.from('28b52ffd0068', 'hex'), plain.subarray(7)])
    let refused = 0
    const flips = fc.array(fc.tuple(fc.nat(4_000), fc.nat(7)), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(summed, plain, unsized), flips, async (frame, bits) => {
        const bytes = Uint8Array.from(frame)
        for (const [at, bit] of bits) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit)
        const answers = [
          await outcome(() => native.decompress(bytes, 1 << 20)),
          await outcome(() => portable.decompress(bytes, 1 << 20)),
        ]
        const [one, other] = answers
        // Without a checksum, one build of zstd notices damage that another decodes to rubbish.
        if (frame === summed || !answers.includes('malformed')) expect(other).toEqual(one)
        if (bits.length === 0) expect(one).toEqual(Uint8Array.from(content))
        if (answers.includes('malformed')) refused++
      }),
      { numRuns: 1_000, seed: 7 },
    )
    expect(refused).toBeGreaterThan(300)
  })
})
