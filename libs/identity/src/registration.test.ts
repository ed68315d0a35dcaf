import { describe, expect, it } from 'vitest'
import { parseHandle } from './handle.ts'
import { createRegistration, REGISTRATION_SKEW_MS, type Registration, verifyRegistration } from './registration.ts'
import { signEnvelope } from './signed-envelope.ts'
import { signingKeyFromSeed } from './signing-key.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const other = signingKeyFromSeed(new Uint8Array(32).fill(2))
const now = Date.parse('2026-05-25T03:00:00Z')
const rules = { now, server: 'kez.test' }
const good = createRegistration({ handle: parseHandle('alice'), server: 'kez.test', createdAt: now }, key)

const code = (code: string) => expect.objectContaining({ name: 'IdentityError', code })

/** The registration with another payload, signed as it should be. */
const signed = (change: Record<string, unknown>): unknown => {
  const payload = { ...good.payload, ...change, primary: key.primary }
  return signEnvelope('handle_registration', payload, key)
}

const withPayload = (change: Record<string, unknown>) => ({ ...good, payload: { ...good.payload, ...change } })
const withSignature = (change: Record<string, unknown>) => ({ ...good, signature: { ...good.signature, ...change } })

const ZERO_KEY = `ed25519:${'00'.repeat(32)}`
const flipped = (registration: Registration): string =>
  registration.signature.sig.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))

describe('a registration', () => {
  it('that is in order is believed', () => {
    const expected = { handle: 'alice', primary: key.primary, server: 'kez.test', createdAt: now }
    expect(verifyRegistration(good, rules)).toEqual(expected)
    expect(verifyRegistration(JSON.parse(JSON.stringify(good)), rules)).toEqual(expected)
  })

  it.each<[string, string, unknown]>([
    ['nothing', 'malformed', null],
    ['a list', 'malformed', []],
    ['no payload', 'malformed', { kez: 'handle_registration', signature: good.signature }],
    ['no signature', 'malformed', { ...good, signature: 'x' }],
    ['a foreign member', 'malformed', { ...good, extra: 1 }],
    ['a foreign member beside the signature', 'malformed', withSignature({ extra: 1 })],
    ['another tag', 'wrong_type', { ...good, kez: 'claim' }],
    ['another type', 'wrong_type', withPayload({ type: 'kez.claim' })],
    ['a later version', 'unknown_version', withPayload({ version: 2 })],
    ['the version as text', 'unknown_version', withPayload({ version: '1' })],
    ['the primary as a number', 'malformed', withPayload({ primary: 1 })],
    ['another key in the signature', 'key_mismatch', withSignature({ key: other.primary })],
    ['another primary in the payload', 'key_mismatch', withPayload({ primary: other.primary })],
    ['another algorithm', 'unsupported_algorithm', withSignature({ alg: 'nostr-secp256k1-schnorr-sha256-jcs' })],
    [
      'a nostr primary',
      'unsupported_algorithm',
      { ...withPayload({ primary: 'nostr:npub1x' }), signature: { ...good.signature, key: 'nostr:npub1x' } },
    ],
    [
      'a key that is no hex',
      'malformed',
      { ...withPayload({ primary: 'ed25519:xyz' }), signature: { ...good.signature, key: 'ed25519:xyz' } },
    ],
    ['a signature that is no hex', 'malformed', withSignature({ sig: 'xyz' })],
    ['a signature in upper case', 'malformed', withSignature({ sig: good.signature.sig.toUpperCase() })],
    [
      'a key of small order',
      'weak_key',
      { ...withPayload({ primary: ZERO_KEY }), signature: { ...good.signature, key: ZERO_KEY } },
    ],
    ['an altered signature', 'invalid_signature', withSignature({ sig: flipped(good) })],
    ['an altered handle', 'invalid_signature', withPayload({ handle: 'mallory' })],
    ['another server', 'wrong_server', signed({ server: 'other.test' })],
    ['a short handle', 'handle_invalid', signed({ handle: 'al' })],
    ['a reserved handle', 'handle_reserved', signed({ handle: 'admin' })],
    ['a handle that is no text', 'malformed', signed({ handle: 7 })],
    ['a foreign member in the payload', 'malformed', signed({ note: 'hi' })],
    ['a time in another zone', 'malformed', signed({ created_at: '2026-05-25T05:00:00+02:00' })],
    ['a time long past', 'stale_timestamp', signed({ created_at: '2026-05-25T02:54:59Z' })],
    ['a time far ahead', 'stale_timestamp', signed({ created_at: '2026-05-25T03:05:00.001Z' })],
    ['a lone surrogate', 'malformed', withPayload({ handle: '\ud800' })],
    ['a payload too large to sign', 'too_large', withPayload({ handle: 'a'.repeat(70_000) })],
  ])('with %s is refused as %s', (_, expected, value) => {
    expect(() => verifyRegistration(value, rules)).toThrow(code(expected))
  })

  it('may be 5 minutes old or ahead, to the millisecond', () => {
    const at = (skew: number) => () => verifyRegistration(good, { ...rules, now: now + skew })
    expect(at(REGISTRATION_SKEW_MS)).not.toThrow()
    expect(at(-REGISTRATION_SKEW_MS)).not.toThrow()
    expect(at(REGISTRATION_SKEW_MS + 1)).toThrow(code('stale_timestamp'))
    expect(at(-REGISTRATION_SKEW_MS - 1)).toThrow(code('stale_timestamp'))
  })

  it('names of its faults the one that is checked first', () => {
    const faults: [string, (value: Record<string, unknown>, payload: Record<string, unknown>) => void][] = [
      [
        'wrong_type',
        (value) => {
          value.kez = 'handle_registration'
        },
      ],
      [
        'wrong_type',
        (_, payload) => {
          payload.type = 'kez.chat.handle_registration'
        },
      ],
      [
        'unknown_version',
        (_, payload) => {
          payload.version = 1
        },
      ],
      [
        'key_mismatch',
        (value) => {
          value.signature = { ...good.signature, alg: 'x', sig: '00'.repeat(64) }
        },
      ],
      [
        'unsupported_algorithm',
        (value) => {
          value.signature = { ...good.signature, sig: '00'.repeat(64) }
        },
      ],
      [
        'invalid_signature',
        (value, payload) => {
          value.signature = signEnvelope('x', { ...good.payload, ...payload, primary: key.primary }, key).signature
        },
      ],
    ]
    const payload: Record<string, unknown> = {
      ...{ type: 'x', version: 9, handle: 'x', server: 'other.test' },
      ...{ primary: key.primary, created_at: '2000-01-01T00:00:00Z' },
    }
    const value: Record<string, unknown> = {
      ...{ kez: 'x', payload },
      signature: { alg: 'x', key: other.primary, sig: '00'.repeat(64) },
    }
    for (const [expected, repair] of faults) {
      expect(() => verifyRegistration(value, rules)).toThrow(code(expected))
      repair(value, payload)
    }
    const laterFaults: [string, Record<string, unknown>][] = [
      ['wrong_server', { server: 'other.test', handle: 'x', created_at: '2000-01-01T00:00:00Z' }],
      ['handle_invalid', { handle: 'x', created_at: '2000-01-01T00:00:00Z' }],
      ['handle_reserved', { handle: 'root', created_at: '2000-01-01T00:00:00Z' }],
    ]
    for (const [expected, change] of laterFaults) {
      expect(() => verifyRegistration(signed(change), rules)).toThrow(code(expected))
    }
  })

  it('is signed only by the key it names', () => {
    expect(() => signEnvelope('handle_registration', good.payload, other)).toThrow(code('key_mismatch'))
  })
})
