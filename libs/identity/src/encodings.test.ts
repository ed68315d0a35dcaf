import { buffer } from 'node:stream/consumers'
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import identity from '../../../vectors/identity.json' with { type: 'json' }
import rotation from '../../../vectors/rotation.json' with { type: 'json' }
import {
  type Claim,
  createClaim,
  encodeCompact,
  encodeCompactChain,
  encodeDnsTxt,
  encodeJson,
  encodeJsonl,
  encodeMarkdown,
  findProofs,
  formatTxtRecord,
  jcs,
  MAX_PROOF_BYTES,
  nostrSigningKey,
  type ProofSource,
  parseProof,
  signingKeyFromSeed,
  toBase64url,
  utf8,
  validateChain,
  verifyClaim,
} from './index.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(0x11))
const createdAt = Date.parse('2026-05-25T03:00:00Z')
const claim = createClaim({ subject: 'github:alice', createdAt }, key)
const other = createClaim({ subject: 'dns:example.org', createdAt }, nostrSigningKey(new Uint8Array(32).fill(3)))
const { chain } = rotation
const canonical = jcs(claim)

const subjects = async (source: ProofSource): Promise<string[]> =>
  (await findProofs(source)).proofs.map((proof) =>
    proof.kind === 'claim' ? verifyClaim(proof.envelope, createdAt).subject : 'chain',
  )

const encodings: [string, (claim: Claim) => ProofSource | Promise<ProofSource>][] = [
  ['JSON', encodeJson],
  ['JSON on one line', jcs],
  ['JSON in an array', (one) => `[${jcs(one)}]`],
  ['bytes of JSON', (one) => utf8(encodeJson(one))],
  ['JSON with a byte order mark', (one) => utf8(`\ufeff${encodeJson(one)}`)],
  ['compact', encodeCompact],
  ['compact with space around it', async (one) => `\n ${await encodeCompact(one)} \n`],
  ['compact in a sentence', async (one) => `That is me: ${await encodeCompact(one)}, see kez:z1:… for how.`],
  ['compact in HTML', async (one) => `<p>Me: <span>${await encodeCompact(one)}</span></p>`],
  ['Markdown', encodeMarkdown],
  ['Markdown with Windows line ends', (one) => encodeMarkdown(one).replaceAll('\n', '\r\n')],
  ['Markdown that begins with a bracket', (one) => `[me](https://example.org)\n${encodeMarkdown(one)}`],
  [
    'a fence around a compact text that was wrapped',
    async (one) => `\`\`\`kez\n${wrap(await encodeCompact(one))}\n\`\`\``,
  ],
  ['a longer fence that is never closed', (one) => `# Me\n\n~~~~ kez\n${encodeJson(one)}\n`],
  ['TXT segments', encodeDnsTxt],
  ['a TXT record of a zone file', async (one) => formatTxtRecord(await encodeDnsTxt(one))],
]

const wrap = (text: string): string => text.replace(/.{70}/g, '$&\n  ')

describe('a claim', () => {
  it.each(encodings)('comes back from %s', async (_, encode) => {
    for (const one of [claim, other]) {
      const proof = await parseProof(await encode(one))
      expect(proof.kind === 'claim' && jcs(proof.envelope)).toBe(jcs(one))
    }
  })

  it('as published comes back too', async () => {
    const proof = await parseProof(encodeJson(claim))
    expect(proof).toEqual({ kind: 'claim', envelope: identity.claim })
  })

  it('is one word of base64url without padding as compact text', async () => {
    expect(await encodeCompact(claim)).toMatch(/^kez:z1:[A-Za-z0-9_-]+$/)
  })

  it('fills TXT segments of at most 255 bytes, quoted in a zone file', async () => {
    const segments = await encodeDnsTxt(claim)
    expect(segments.length).toBeGreaterThan(1)
    expect(segments.slice(0, -1).every((segment) => segment.length === 255)).toBe(true)
    expect(segments.join('')).toBe(await encodeCompact(claim))
    expect(formatTxtRecord(['a', 'b'])).toBe('"a" "b"')
  })

  it('reads as a sentence in Markdown', () => {
    expect(encodeMarkdown(claim)).toBe(
      `I am \`github:alice\`, and my KEZ identity is \`${key.primary}\`. The proof:\n\n\`\`\`kez\n${encodeJson(claim)}\`\`\`\n`,
    )
  })
})

describe('a chain', () => {
  it.each([
    ['JSONL', encodeJsonl(chain)],
    ['JSONL with Windows line ends and empty lines', encodeJsonl(chain).replaceAll('\n', '\r\n\r\n')],
    ['JSONL of one event', encodeJsonl(chain.slice(0, 1))],
    ['an array', JSON.stringify(chain, null, 2)],
    ['a fence', `See:\n\`\`\`kez\n${encodeJsonl(chain)}\`\`\`\n`],
  ])('comes back from %s', async (name, text) => {
    const proof = await parseProof(text)
    expect(proof).toEqual({ kind: 'chain', events: name === 'JSONL of one event' ? chain.slice(0, 1) : chain })
  })

  it('comes back from its compact text', async () => {
    const compact = await encodeCompactChain(chain)
    expect(compact).toMatch(/^kez:zc1:[A-Za-z0-9_-]+$/)
    const proof = await parseProof(`My chain: ${compact}.`)
    expect(proof).toEqual({ kind: 'chain', events: chain })
    if (proof.kind === 'chain') expect(validateChain(proof.events).length).toBe(3)
  })

  it('beyond 1 MiB is not written', async () => {
    const long = Array.from({ length: 1_000 }, () => chain).flat()
    expect(() => encodeJsonl(long)).toThrow('the content is longer than 1048576 bytes')
    await expect(encodeCompactChain(long)).rejects.toMatchObject({ code: 'too_large' })
  })
})

describe('a text with several proofs', () => {
  it('gives them all, in their order, and tells of those it cannot read', async () => {
    const text = `${await encodeCompact(other)} kez:z1:AAAA\n${encodeMarkdown(claim)}\n\`\`\`js\n${canonical}\n\`\`\``
    expect(await subjects(text)).toEqual(['dns:example.org', 'github:alice'])
    expect((await findProofs(text)).refused).toMatchObject([{ code: 'malformed' }])
    expect(await subjects(`[${jcs(claim)},${jcs(other)}]`)).toEqual(['github:alice', 'dns:example.org'])
  })

  it('is not one proof', async () => {
    await expect(parseProof(`[${canonical},${canonical}]`)).rejects.toThrow('there are 2 proofs in this, not one')
  })

  it('still is one proof beside something that only looks like one', async () => {
    expect(await parseProof(`kez:z1:example ${await encodeCompact(claim)}`)).toMatchObject({ kind: 'claim' })
  })

  it('is looked at no further than its sixteenth piece', async () => {
    const text = `${'kez:z1:AAAA '.repeat(16)}${await encodeCompact(claim)}`
    const found = await findProofs(text)
    expect([found.proofs.length, found.refused.length]).toEqual([0, 16])
  })
})

const compact = (bytes: Uint8Array): string => `kez:z1:${toBase64url(bytes)}`
const frame = zstdCompressSync(canonical)

/** A frame as a streaming compressor writes it: no content size, and a window as large as its level likes. */
const streamed = async (content: string, level: number): Promise<Buffer> => {
  const stream = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: level } })
  const half = content.length / 2
  stream.write(content.slice(0, half))
  stream.write(content.slice(half))
  stream.end()
  const whole = await buffer(stream)
  // Node ends with an empty second frame, which nobody else does.
  const empty = Buffer.from('28b52ffd2000010000', 'hex')
  return whole.subarray(-empty.length).equals(empty) ? whole.subarray(0, -empty.length) : whole
}

describe('a compressed text', () => {
  it.each([3, 19, 22])('by a streaming compressor of level %i is read, whatever window it declares', async (level) => {
    const bytes = await streamed(canonical, level)
    expect(bytes[4]).toBe(0)
    expect(await parseProof(compact(bytes))).toMatchObject({ kind: 'claim' })
  })

  it.each([
    ['nothing of zstd', Buffer.from('hello world')],
    ['nothing', Buffer.alloc(0)],
    ['a second frame', Buffer.concat([frame, frame])],
    ['an empty second frame', Buffer.concat([frame, zstdCompressSync('')])],
    ['a skippable frame before it', Buffer.concat([Buffer.from('502a4d1800000000', 'hex'), frame])],
    ['a skippable frame behind it', Buffer.concat([frame, Buffer.from('502a4d1800000000', 'hex')])],
    ['one byte too many', Buffer.concat([frame, Buffer.from([0])])],
    ['one byte too few', frame.subarray(0, -1)],
    ['a flipped bit', Buffer.from(frame).fill((frame[30] ?? 0) ^ 1, 30, 31)],
    ['a dictionary', Buffer.from('28b52ffd2101000100', 'hex')],
    ['a reserved bit', Buffer.from('28b52ffd2800010000', 'hex')],
    ['a reserved block', Buffer.from('28b52ffd2000070000', 'hex')],
    ['bytes that are no UTF-8', zstdCompressSync(Buffer.from([0xff, 0xfe]))],
    ['no JSON', zstdCompressSync('{')],
  ])('with %s is refused', async (_, bytes) => {
    await expect(parseProof(compact(bytes))).rejects.toMatchObject({ code: 'malformed' })
    await expect(parseProof(`kez:zc1:${toBase64url(bytes)}`)).rejects.toMatchObject({ code: 'malformed' })
  })

  it('holds a document of the kind its prefix says', async () => {
    const jsonl = toBase64url(zstdCompressSync(encodeJsonl(chain)))
    await expect(parseProof(`kez:z1:${jsonl}`)).rejects.toMatchObject({ code: 'malformed' })
    expect(await parseProof(`kez:zc1:${jsonl}`)).toMatchObject({ kind: 'chain' })
  })

  it.each([
    ['declared', zstdCompressSync(Buffer.alloc(MAX_PROOF_BYTES + 1))],
    ['not declared', Buffer.from(`28b52ffd0088${'02001041'.repeat(600)}03000041`, 'hex')],
  ])('of more than 1 MiB, %s, is refused as too large', async (_, bytes) => {
    await expect(parseProof(compact(bytes))).rejects.toMatchObject({ code: 'too_large' })
  })
})

describe('a text of any kind', () => {
  it('of more than 1 MiB is not looked at', async () => {
    const long = ' '.repeat(MAX_PROOF_BYTES) + canonical
    await expect(parseProof(long)).rejects.toMatchObject({ code: 'too_large' })
    await expect(parseProof(utf8(long))).rejects.toMatchObject({ code: 'too_large' })
    await expect(parseProof('é'.repeat(MAX_PROOF_BYTES / 2 + 1))).rejects.toMatchObject({ code: 'too_large' })
    await expect(parseProof([long])).rejects.toMatchObject({ code: 'too_large' })
  })

  it.each([
    ['', 'malformed', 'there is no claim and no sigchain in this'],
    ['hello', 'malformed', 'there is no claim and no sigchain in this'],
    ['{', 'malformed', 'not valid JSON'],
    ['{}', 'wrong_type', 'neither a claim nor a sigchain'],
    ['[]', 'wrong_type', 'neither a claim nor a sigchain'],
    [`${canonical}\n{}`, 'wrong_type', 'neither a claim nor a sigchain'],
    ['```kez\n```', 'malformed', 'not valid JSON'],
    ['```kezz\n{}\n```', 'malformed', 'there is no claim and no sigchain in this'],
    ['"kez:z1:AA" x "AA"', 'malformed', 'not a zstd frame: it begins otherwise'],
    ['kez:z1:A', 'malformed', 'base64url has an impossible length'],
  ])('such as %j is refused as %s', async (text, code, message) => {
    await expect(parseProof(text)).rejects.toMatchObject({ name: 'IdentityError', code, message })
  })

  it('is read in linear time, however it is built', async () => {
    for (const unit of ['"', '" ', '```kez\n', '~', '`', 'kez:z1:', 'kez:z1:A ', '[', '{"a":', '\n', '{}\n']) {
      const text = unit.repeat(MAX_PROOF_BYTES / unit.length - 1)
      await expect(parseProof(text)).rejects.toMatchObject({ name: 'IdentityError' })
    }
  }, 30_000)
})
