import { describe, expect, it } from 'vitest'
import {
  createClaim,
  formatTimestamp,
  nostrSigningKey,
  readClaim,
  signEnvelope,
  signingKeyFromSeed,
  verifyClaim,
} from './index.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const nostrKey = nostrSigningKey(new Uint8Array(32).fill(1))
const now = Date.parse('2026-05-25T03:00:00Z')
const MINUTE = 60_000
const coded = (code: string) => expect.objectContaining({ name: 'IdentityError', code })

/** Signs whatever it is given as a claim. */
const signed = (fields: object) =>
  signEnvelope(
    'claim',
    {
      type: 'kez.claim',
      version: 1,
      subject: 'github:alice',
      primary: key.primary,
      created_at: formatTimestamp(now),
      ...fields,
    },
    key,
  )

describe('a claim', () => {
  it.each([key, nostrKey])('by $primary verifies and tells what it says', (signer) => {
    const claim = createClaim({ subject: ' GitHub:Alice ', createdAt: now, expiresAt: now + MINUTE }, signer)
    expect(claim.payload).toMatchObject({ subject: 'github:alice', expires_at: '2026-05-25T03:01:00Z' })
    expect(verifyClaim(claim, now)).toEqual({
      subject: 'github:alice',
      primary: signer.primary,
      createdAt: now,
      expiresAt: now + MINUTE,
    })
  })

  it('without an expiry holds on', () => {
    const claim = createClaim({ subject: 'dns:example.org', createdAt: now }, key)
    expect(claim.payload).not.toHaveProperty('expires_at')
    expect(verifyClaim(claim, now * 10)).not.toHaveProperty('expiresAt')
  })

  it('is refused from the moment it expires, and can still be read', () => {
    const claim = createClaim({ subject: 'dns:example.org', createdAt: now, expiresAt: now + MINUTE }, key)
    expect(verifyClaim(claim, now + MINUTE - 1).expiresAt).toBe(now + MINUTE)
    expect(() => verifyClaim(claim, now + MINUTE)).toThrow(coded('expired'))
    expect(readClaim(claim).expiresAt).toBe(now + MINUTE)
  })

  it('is refused when dated more than 5 minutes ahead', () => {
    const claim = createClaim({ subject: 'dns:example.org', createdAt: now }, key)
    expect(verifyClaim(claim, now - 5 * MINUTE).createdAt).toBe(now)
    expect(() => verifyClaim(claim, now - 5 * MINUTE - 1)).toThrow(coded('stale_timestamp'))
  })

  it('by another implementation, in another spelling of the subject, is read in its normal form', () => {
    expect(readClaim(signed({ subject: 'mastodon:Alice@Example.org' })).subject).toBe('ap:@alice@example.org')
  })

  it.each([
    ['a field of its own', { note: 'x' }, 'malformed'],
    ['no subject', { subject: 5 }, 'malformed'],
    ['a subject without a system', { subject: 'alice' }, 'malformed'],
    ['a subject its system does not have', { subject: 'github:-' }, 'malformed'],
    ['its own key as its subject', { subject: key.primary }, 'invalid'],
    ['a time that is none', { created_at: '2026-05-25' }, 'malformed'],
    ['an expiry that is none', { expires_at: null }, 'malformed'],
    ['an expiry before it was made', { expires_at: formatTimestamp(now) }, 'invalid'],
    ['another version', { version: 2 }, 'unknown_version'],
    ['another type', { type: 'kez.other' }, 'wrong_type'],
  ])('with %s is refused, though well signed', (_, fields, code) => {
    expect(() => readClaim(signed(fields))).toThrow(coded(code))
  })

  it.each(['subject', 'created_at', 'expires_at', 'primary'])('with another %s than was signed is refused', (field) => {
    const claim = createClaim({ subject: 'dns:example.org', createdAt: now, expiresAt: now + MINUTE }, key)
    const other = createClaim({ subject: 'dns:example.com', createdAt: now + 1, expiresAt: now + 1 + MINUTE }, nostrKey)
    const payload = { ...claim.payload, [field]: Reflect.get(other.payload, field) }
    const code = field === 'primary' ? 'key_mismatch' : 'invalid_signature'
    expect(() => readClaim({ ...claim, payload })).toThrow(coded(code))
  })

  it('about its own key, of no subject, or expired when made is not made', () => {
    const make = (wish: object) => () => createClaim({ subject: 'dns:example.org', createdAt: now, ...wish }, key)
    expect(make({ subject: key.primary })).toThrow(coded('invalid'))
    expect(make({ subject: 'alice' })).toThrow(coded('malformed'))
    expect(make({ expiresAt: now })).toThrow(coded('invalid'))
  })
})
