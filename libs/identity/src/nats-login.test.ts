import { describe, expect, it } from 'vitest'
import { toBase64url } from './base64url.ts'
import { utf8 } from './bytes.ts'
import { createNatsToken, verifyNatsToken } from './nats-login.ts'
import { signingKeyFromSeed } from './signing-key.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const login = { server: 'kez.test', nkey: 'UABCDEFG', nonce: 'YgeP11ny0UHcH3U' }
const now = 1_770_000_000_000
const token = createNatsToken(login, key, now)
const code = (code: string) => expect.objectContaining({ name: 'IdentityError', code })
const encoded = (value: unknown) => toBase64url(utf8(JSON.stringify(value)))

describe('a bus login token', () => {
  it('says who logs in', () => {
    expect(verifyNatsToken(token, login, now + 60_000)).toBe(key.primary)
  })

  it('is bound to server, nkey and nonce', () => {
    for (const change of [{ server: 'other.test' }, { nkey: 'UABCDEFH' }, { nonce: 'YgeP11ny0UHcH3V' }]) {
      expect(() => verifyNatsToken(token, { ...login, ...change }, now)).toThrow(code('invalid_signature'))
    }
  })

  it('is stale after 60 seconds', () => {
    expect(() => verifyNatsToken(token, login, now + 61_000)).toThrow(code('stale_auth'))
  })

  it('is never made for a nonce or nkey that could be another signed text', () => {
    for (const nonce of ['short', 'GET\n/v1/inbox/alice/stream\n1770000000', 'a'.repeat(65)]) {
      expect(() => createNatsToken({ ...login, nonce }, key, now)).toThrow(code('malformed'))
    }
    expect(() => createNatsToken({ ...login, nkey: 'U\nx' }, key, now)).toThrow(code('malformed'))
  })

  it.each([
    ['padding', `${token}=`, 'malformed'],
    ['too much', 'A'.repeat(2_000), 'too_large'],
    ['no JSON', encoded('x').slice(0, 2), 'malformed'],
    ['another shape', encoded({ v: 1 }), 'malformed'],
    ['another version', encoded({ v: 2, primary: key.primary, ts: 1, sig: '' }), 'unknown_version'],
    ['no signature', encoded({ v: 1, primary: key.primary, ts: 1, sig: '' }), 'malformed'],
  ])('with %s is refused', (_, bad, expected) => {
    expect(() => verifyNatsToken(bad, login, now)).toThrow(code(expected))
  })
})
