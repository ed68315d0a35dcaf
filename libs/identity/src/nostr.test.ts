import { schnorr } from '@noble/curves/secp256k1.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fromHex,
  isAnyPrimary,
  isNostrPrimary,
  jcsBytes,
  normaliseAnyPrimary,
  nostrPrimaryOf,
  nostrPublicKeyOf,
  nostrSigningKey,
  parseAnyPrimary,
  signEnvelope,
  signingKeyFromSeed,
  toHex,
} from './index.ts'
import { formatNsec, parseNsec } from './nostr-primary.ts'
import { openEnvelope } from './signed-envelope.ts'

const malformed = expect.objectContaining({ name: 'IdentityError', code: 'malformed' })
const KIND = { kez: 'claim', type: 'kez.claim', version: 1 }
const payload = { type: KIND.type, version: KIND.version, note: 'hello' }

// The examples of NIP-19.
const npub = 'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg'
const npubHex = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e'
const nsec = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5'
const nsecHex = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa'

/** BIP-340 test vectors 0 and 1: secret, public key, message, signature. */
const bip340 = [
  [
    '0000000000000000000000000000000000000000000000000000000000000003',
    'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9',
  ],
  [
    'b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef',
    'dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659',
  ],
]

describe('a nostr primary', () => {
  it('is the npub of NIP-19 and back', () => {
    const primary = parseAnyPrimary(`nostr:${npub}`)
    expect(nostrPrimaryOf(fromHex(npubHex, 32))).toBe(primary)
    expect(isNostrPrimary(primary) && toHex(nostrPublicKeyOf(primary))).toBe(npubHex)
    expect(normaliseAnyPrimary(` NOSTR:${npub.toUpperCase()}\n`)).toBe(primary)
    expect(normaliseAnyPrimary(`nostr:${npubHex}`)).toBe(primary)
  })

  it.each([
    npub,
    `nostr:${npubHex}`,
    `nostr:${npub.toUpperCase()}`,
    `nostr:${npub.slice(0, -1)}`,
    `nostr:${npub}q`,
    `nostr:${npub.replace('0', '2')}`,
    `nostr:${nsec}`,
    `ed25519:${npub}`,
    ` nostr:${npub}`,
  ])('is not %j', (text) => {
    expect(isAnyPrimary(text)).toBe(false)
    expect(() => parseAnyPrimary(text)).toThrow(malformed)
  })

  it('has 32 bytes', () => {
    expect(() => nostrPrimaryOf(new Uint8Array(33))).toThrow(malformed)
  })

  it.each(bip340)('belongs to the secret as BIP-340 publishes: %s', (secret, publicKey) => {
    expect(nostrSigningKey(fromHex(secret, 32)).primary).toBe(nostrPrimaryOf(fromHex(publicKey, 32)))
  })
})

describe('an nsec', () => {
  it('is the secret of NIP-19 and back', () => {
    expect(toHex(parseNsec(` ${nsec}\n`))).toBe(nsecHex)
    expect(formatNsec(fromHex(nsecHex, 32))).toBe(nsec)
  })

  it.each([npub, nsec.slice(0, -1), `${nsec.slice(0, -1)}q`, '', 'nsec1'])(
    'is not %j, and the refusal does not repeat it',
    (text) => {
      expect(() => parseNsec(text)).toThrow(malformed)
      expect(() => parseNsec(text)).toThrow('not an nsec: 63 lower-case characters that begin with nsec1')
    },
  )

  it('is made of 32 bytes only', () => {
    expect(() => formatNsec(new Uint8Array(31))).toThrow(malformed)
  })

  it.each(['00'.repeat(32), 'ff'.repeat(32)])('whose secret %s is no scalar signs nothing', (secret) => {
    expect(() => nostrSigningKey(fromHex(secret, 32))).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})

describe('an envelope of a nostr key', () => {
  const key = nostrSigningKey(fromHex(nsecHex, 32))
  const envelope = signEnvelope(KIND.kez, { ...payload, primary: key.primary }, key)

  it('is signed by BIP-340 over SHA-256 of the canonical payload, which another library confirms', async () => {
    expect(envelope.signature.alg).toBe('nostr-secp256k1-schnorr-sha256-jcs')
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', jcsBytes(envelope.payload)))
    expect(schnorr.verify(fromHex(envelope.signature.sig, 64), digest, nostrPublicKeyOf(key.primary))).toBe(true)
    expect(openEnvelope(envelope, KIND).payload).toEqual(envelope.payload)
  })

  it('with any single flipped bit of signature or payload is refused', () => {
    const sig = fromHex(envelope.signature.sig, 64)
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const flipped = Uint8Array.from(sig)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const forged = { ...envelope, signature: { ...envelope.signature, sig: toHex(flipped) } }
        expect(() => openEnvelope(forged, KIND)).toThrow(expect.objectContaining({ code: 'invalid_signature' }))
      }),
      { numRuns: 20 },
    )
    const other = { ...envelope, payload: { ...envelope.payload, note: 'hullo' } }
    expect(() => openEnvelope(other, KIND)).toThrow(expect.objectContaining({ code: 'invalid_signature' }))
  })

  it('whose key is on no point of the curve is refused as weak', () => {
    const primary = nostrPrimaryOf(new Uint8Array(32).fill(0xff))
    const forged = {
      ...envelope,
      payload: { ...envelope.payload, primary },
      signature: { ...envelope.signature, key: primary },
    }
    expect(() => openEnvelope(forged, KIND)).toThrow(expect.objectContaining({ code: 'weak_key' }))
  })

  it('under the algorithm of the other kind is refused, either way', () => {
    const edKey = signingKeyFromSeed(new Uint8Array(32))
    const edEnvelope = signEnvelope(KIND.kez, { ...payload, primary: edKey.primary }, edKey)
    for (const one of [envelope, edEnvelope]) {
      const alg = one === envelope ? 'ed25519-sha512-jcs' : 'nostr-secp256k1-schnorr-sha256-jcs'
      const swapped = { ...one, signature: { ...one.signature, alg } }
      expect(() => openEnvelope(swapped, KIND)).toThrow(expect.objectContaining({ code: 'unsupported_algorithm' }))
    }
  })
})
