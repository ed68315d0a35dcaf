import { type Bytes, concat, jcsBytes, parsePrimary, publicKeyOf, toBase64url, toHex, utf8 } from '@kez-chat/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encrypt } from './cipher.ts'
import { outerId, type SealedEnvelope } from './envelope.ts'
import { MessageError } from './errors.ts'
import { createInner, type Draft, type Inner, signedBytes } from './inner.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { open } from './open.ts'
import { pad, paddedSize } from './padding.ts'
import { seal } from './seal.ts'
import { agree, exchangeKeyOf, exchangePublicKey } from './x25519.ts'

const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))
const carol = messagingKeyFromSeed(new Uint8Array(32).fill(3))
const now = Date.parse('2026-05-25T03:00:00Z')
const DAY = 86_400_000

const draft = (change: Partial<Draft> = {}): Draft => ({
  ...{ from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt: now },
  body: { type: 'text', text: 'hi' },
  ...change,
})

const failsWith = (code: string) => expect.objectContaining({ name: 'MessageError', code })

/** Seals bytes of one's choice for Bob, as only a misbehaving client would. */
const sealPadded = async (padded: Bytes): Promise<SealedEnvelope> => {
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const eph = exchangePublicKey(secret)
  const recipientExchange = exchangeKeyOf(publicKeyOf(bob.primary))
  const shared = agree(secret, recipientExchange)
  const ct = await encrypt({ shared, eph, nonce, recipient: bob.publicKey, recipientExchange }, padded)
  return { v: 2, eph: toHex(eph), nonce: toHex(nonce), ct: toBase64url(ct) }
}

const signedBy = (key: typeof alice, inner: unknown) => ({ inner, sig: toHex(key.sign(signedBytes(inner))) })
const sealPlain = (value: unknown) => sealPadded(pad(jcsBytes(value)))
const sealText = (text: string) => sealPadded(pad(utf8(text)))
const asAlice = (inner: Inner, change: Record<string, unknown>) => sealPlain(signedBy(alice, { ...inner, ...change }))

describe('a sealed message', () => {
  it('opens for its recipient to what was sealed, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 500 }), async (text) => {
        const inner = createInner(draft({ body: { type: 'text', text: text.replaceAll('\0', '') } }))
        const envelope = await seal(inner, alice)
        const opened = await open(JSON.parse(JSON.stringify(envelope)), bob, { now })
        expect(opened).toEqual({ inner, body: inner.body, sentAt: now, outerId: outerId(envelope) })
      }),
      { numRuns: 50 },
    )
  })

  it('with any single bit flipped is refused', async () => {
    const envelope = await seal(createInner(draft()), alice)
    const flip = (text: string, encoding: 'hex' | 'base64url', bit: number): string => {
      const bytes = Buffer.from(text, encoding)
      const at = bit % (bytes.length * 8)
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
      return bytes.toString(encoding)
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('eph', 'nonce', 'ct'), fc.nat(), async (part, bit) => {
        const flipped = { ...envelope, [part]: flip(envelope[part], part === 'ct' ? 'base64url' : 'hex', bit) }
        await expect(open(flipped, bob, { now })).rejects.toThrow(failsWith('undecryptable'))
      }),
      { numRuns: 150 },
    )
  })

  it('is never sealed twice with the same key or nonce', async () => {
    const inner = createInner(draft())
    const [one, two] = await Promise.all([seal(inner, alice), seal(inner, alice)])
    expect(one.eph).not.toBe(two.eph)
    expect(one.nonce).not.toBe(two.nonce)
    expect(outerId(one)).not.toBe(outerId(two))
  })

  it('shows nothing of its length but the Padmé size', async () => {
    const sizes = new Set<number>()
    for (let length = 0; length < 100; length++) {
      const envelope = await seal(createInner(draft({ body: { type: 'text', text: 'x'.repeat(length) } })), alice)
      sizes.add(Buffer.from(envelope.ct, 'base64url').length - 16)
    }
    for (const size of sizes) expect(paddedSize(size)).toBe(size)
    expect(sizes.size).toBeLessThan(8)
  })

  it('does not open for anybody else', async () => {
    const envelope = await seal(createInner(draft()), alice)
    await expect(open(envelope, carol, { now })).rejects.toThrow(failsWith('undecryptable'))
    await expect(open(envelope, alice, { now })).rejects.toThrow(failsWith('undecryptable'))
  })

  it('is not made in another name, for a weak key, beyond the size or with text that has no canonical form', async () => {
    const weak = createInner(draft({ to: parsePrimary(`ed25519:${'00'.repeat(32)}`) }))
    const text = (value: string) => createInner(draft({ body: { type: 'text', text: value } }))
    await expect(seal(createInner(draft()), carol)).rejects.toThrow(failsWith('wrong_sender'))
    await expect(seal(weak, alice)).rejects.toThrow(failsWith('weak_key'))
    await expect(seal(text('x'.repeat(200_000)), alice)).rejects.toThrow(failsWith('too_large'))
    await expect(seal(text('x'.repeat(300_000)), alice)).rejects.toThrow(failsWith('too_large'))
    await expect(seal(text('\ud800'), alice)).rejects.toThrow(failsWith('malformed'))
  })
})

describe('opening refuses', () => {
  const inner = createInner(draft())
  const good = signedBy(alice, inner)
  const canonical = new TextDecoder().decode(jcsBytes(good))

  it.each<[string, string, () => Promise<unknown>]>([
    ['a signature by another than the sender', 'invalid_signature', () => sealPlain(signedBy(carol, inner))],
    ['a signature of another inner', 'invalid_signature', () => sealPlain({ ...good, inner: createInner(draft()) })],
    ['a sender with a weak key', 'weak_key', () => asAlice(inner, { from: `ed25519:01${'00'.repeat(31)}` })],
    ['a message signed for somebody else', 'wrong_recipient', () => asAlice(inner, { to: carol.primary })],
    ['an inner of version 1', 'unknown_version', () => asAlice(inner, { v: 1 })],
    ['a broken id', 'malformed', () => asAlice(inner, { id: 'x' })],
    ['a text body without text', 'malformed', () => asAlice(inner, { body: { type: 'text' } })],
    ['a member beside inner and sig', 'malformed', () => sealPlain({ ...good, note: 1 })],
    ['no signature', 'malformed', () => sealPlain({ inner })],
    ['a list', 'malformed', () => sealPlain([])],
    ['what is not JSON', 'malformed', () => sealText('{')],
    ['what is not UTF-8', 'malformed', () => sealPadded(pad(Uint8Array.of(0xff, 0xfe)))],
    ['space between the members', 'not_canonical', () => sealText(canonical.replace(',', ', '))],
    ['members in another order', 'not_canonical', () => sealText(JSON.stringify({ sig: good.sig, inner: good.inner }))],
    ['a member given twice', 'not_canonical', () => sealText(canonical.replace('"v":2', '"v":2,"v":2'))],
    ['a byte order mark', 'malformed', () => sealText(`\ufeff${canonical}`)],
    ['needless escapes', 'not_canonical', () => sealText(canonical.replace('"hi"', '"\\u0068i"'))],
    ['an escaped U+0000', 'malformed', () => sealText(canonical.replace('"hi"', '"\\u0000"'))],
    ['padding that is not zero', 'bad_padding', () => sealPadded(pad(jcsBytes(good)).with(-1, 1))],
    [
      'more padding than its size asks for',
      'bad_padding',
      () => sealPadded(concat(pad(jcsBytes(good)), new Uint8Array(64))),
    ],
    ['an ephemeral key of low order', 'weak_key', async () => ({ ...(await sealPlain(good)), eph: '00'.repeat(32) })],
  ])('%s', async (_, code, make) => {
    await expect(open(await make(), bob, { now })).rejects.toThrow(failsWith(code))
  })

  it('nothing of the same message in good order', async () => {
    expect((await open(await sealText(canonical), bob, { now })).inner).toEqual(inner)
  })

  it('any value at all with errors of this library only', async () => {
    const refusal = expect.any(MessageError)
    const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(anything, fc.jsonValue(), async (value, plain) => {
        await expect(open(value, bob, { now })).rejects.toEqual(refusal)
        await expect(open(await sealText(JSON.stringify(plain)), bob, { now })).rejects.toEqual(refusal)
      }),
      { numRuns: 100 },
    )
  })
})

describe('the age of a message', () => {
  const opens = async (sentAt: number, receivedAt?: number) => {
    const envelope = await seal(createInner(draft({ sentAt })), alice)
    return open(envelope, bob, { now, ...(receivedAt === undefined ? {} : { receivedAt }) })
  }

  it('may be 7 days and no more', async () => {
    expect((await opens(now - 7 * DAY)).sentAt).toBe(now - 7 * DAY)
    await expect(opens(now - 7 * DAY - 1)).rejects.toThrow(failsWith('too_old'))
  })

  it('may be 5 minutes ahead and no more, also by the home server', async () => {
    expect((await opens(now + 300_000)).sentAt).toBe(now + 300_000)
    await expect(opens(now + 300_001)).rejects.toThrow(failsWith('too_new'))
    await expect(opens(now + 300_001, now + 300_001)).rejects.toThrow(failsWith('too_new'))
  })

  it('counts up to when the home server took it in, so that holidays lose nothing', async () => {
    expect((await opens(now - 30 * DAY, now - 29 * DAY)).sentAt).toBe(now - 30 * DAY)
    expect((await opens(now - 37 * DAY, now - 30 * DAY)).sentAt).toBe(now - 37 * DAY)
  })

  it('is not lifted for what came late to the home server, or longer ago than it keeps anything', async () => {
    await expect(opens(now - 30 * DAY, now - 22 * DAY)).rejects.toThrow(failsWith('too_old'))
    await expect(opens(now - 30 * DAY, now)).rejects.toThrow(failsWith('too_old'))
    await expect(opens(now - 40 * DAY, now - 40 * DAY)).rejects.toThrow(failsWith('too_old'))
  })

  it('is not shortened by a home server whose clock is ahead', async () => {
    expect((await opens(now - 7 * DAY, now + DAY)).sentAt).toBe(now - 7 * DAY)
  })
})

describe('the authors of a message', () => {
  const author = 'ab'.repeat(32)

  it('alone may carry it on relays', async () => {
    const envelope = await seal(createInner(draft({ authors: [author] })), alice)
    await expect(open(envelope, bob, { now, carriedBy: 'cd'.repeat(32) })).rejects.toThrow(failsWith('wrong_carrier'))
    expect((await open(envelope, bob, { now, carriedBy: author })).inner.authors).toEqual([author])
    expect((await open(envelope, bob, { now })).inner.authors).toEqual([author])
  })
})
