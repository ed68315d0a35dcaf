import { describe, expect, it } from 'vitest'
import { utf8 } from './bytes.ts'
import { parseHandle } from './handle.ts'
import { parsePrimary } from './primary-id.ts'
import { parseAuthHeader, signRequest, verifyRequest } from './request-auth.ts'
import { inboxAuthText, mutationAuthText, pushAuthText, streamAuthText } from './request-text.ts'
import { signingKeyFromSeed } from './signing-key.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const other = signingKeyFromSeed(new Uint8Array(32).fill(2))
const alice = parseHandle('alice')
const text = inboxAuthText(alice, 0)
const now = 1_770_000_000_000
const request = { server: 'kez.test', method: 'DELETE', path: '/v1/inbox/alice?through=9' }
const code = (code: string) => expect.objectContaining({ name: 'IdentityError', code })

describe('a signed text', () => {
  it('names everything the request does', () => {
    const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    expect(inboxAuthText(alice, 12)).toBe('GET\n/v1/inbox/alice\nsince=12')
    expect(streamAuthText(alice)).toBe('GET\n/v1/inbox/alice/stream')
    expect(mutationAuthText(request)).toBe(
      `kez-auth-v1\nkez.test\nDELETE\n/v1/inbox/alice?through=9\nsha256=${nothing}`,
    )
    expect(pushAuthText({ ...request, method: 'POST' }, 'https://push.test/1')).toMatch(
      /\nendpoint=https:\/\/push.test\/1$/,
    )
    expect(mutationAuthText(request, utf8('a'))).not.toBe(mutationAuthText(request, utf8('b')))
  })

  it.each([
    ['a path of two lines', () => mutationAuthText({ ...request, path: '/a\nsha256=' })],
    ['a server of two lines', () => mutationAuthText({ ...request, server: 'kez.test\nGET' })],
    ['an empty server', () => mutationAuthText({ ...request, server: '' })],
    ['a relative path', () => mutationAuthText({ ...request, path: 'v1' })],
    ['a method in lower case', () => mutationAuthText({ ...request, method: 'put' })],
    ['an endpoint of two lines', () => pushAuthText(request, 'https://push.test\n1')],
    ['an endless path', () => mutationAuthText({ ...request, path: `/${'a'.repeat(4096)}` })],
    ['a negative since', () => inboxAuthText(alice, -1)],
    ['a broken since', () => inboxAuthText(alice, 0.5)],
    ['an unsafe since', () => inboxAuthText(alice, 2 ** 53)],
  ])('is refused with %s', (_, make) => {
    expect(make).toThrow(code('malformed'))
  })
})

describe('a signed request', () => {
  const header = signRequest(text, key, now)

  it('is believed for 60 seconds either way', () => {
    for (const skew of [0, 60_000, -60_000])
      expect(verifyRequest(text, header, key.primary, now + skew).ts).toBe(now / 1000)
    for (const skew of [61_000, -61_000]) {
      expect(() => verifyRequest(text, header, key.primary, now + skew)).toThrow(code('stale_auth'))
    }
  })

  it('is refused for another text, another person or another time', () => {
    expect(() => verifyRequest(streamAuthText(alice), header, key.primary, now)).toThrow(code('invalid_signature'))
    expect(() => verifyRequest(text, header, other.primary, now)).toThrow(code('invalid_signature'))
    const later = header.replace('1770000000', '1770000001')
    expect(() => verifyRequest(text, later, key.primary, now)).toThrow(code('invalid_signature'))
  })

  it('by a weak key is refused as such', () => {
    const weak = parsePrimary(`ed25519:01${'00'.repeat(31)}`)
    expect(() => verifyRequest(text, header, weak, now)).toThrow(code('weak_key'))
  })

  it.each([
    undefined,
    '',
    '1770000000',
    `01770000000:${'0'.repeat(128)}`,
    `-1:${'0'.repeat(128)}`,
    `1e9:${'0'.repeat(128)}`,
    `1770000000:${'0'.repeat(127)}`,
    `1770000000:${'A'.repeat(128)}`,
    ` 1770000000:${'0'.repeat(128)}`,
    `1770000000:${'0'.repeat(128)}\n`,
    `9999999999999:${'0'.repeat(128)}`,
  ])('with the header %j is unauthorized', (bad) => {
    expect(() => parseAuthHeader(bad)).toThrow(code('unauthorized'))
  })
})
