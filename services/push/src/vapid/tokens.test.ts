import { createPublicKey, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import webPush from 'web-push'
import { createVapidTokens } from './tokens.ts'

const keys = webPush.generateVAPIDKeys()
const origin = 'https://push.example.org'

const parse = (authorisation: string | undefined) => {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(authorisation ?? '') ?? []
  const [header = '', claims = '', signature = ''] = token.split('.')
  const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: json(header), claims: json(claims), signed: `${header}.${claims}`, signature, key }
}

it('says what web-push says, signed by the same key', () => {
  const now = 1_700_000_000_000
  const ours = parse(createVapidTokens([keys], 'mailto:a@kez.org', () => now).authorisation(origin, keys.publicKey))
  const expires = Math.floor(now / 1000) + 12 * 3600
  const { Authorization } = webPush.getVapidHeaders(
    origin,
    'mailto:a@kez.org',
    keys.publicKey,
    keys.privateKey,
    'aes128gcm',
    expires,
  )
  const theirs = parse(Authorization)
  expect([ours.header, ours.claims, ours.key]).toEqual([theirs.header, theirs.claims, theirs.key])
  const point = Buffer.from(keys.publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } })
  for (const { signed, signature } of [ours, theirs])
    expect(
      verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')),
    ).toBe(true)
})

it('signs once per push service and key, and again before that ends', () => {
  const clock = { ms: 1_700_000_000_000 }
  const other = webPush.generateVAPIDKeys()
  const tokens = createVapidTokens([keys, other], 'mailto:a@kez.org', () => clock.ms)
  const first = tokens.authorisation(origin, keys.publicKey)
  expect(tokens.authorisation(origin, other.publicKey)).not.toBe(first)
  expect(parse(tokens.authorisation('https://other.example', keys.publicKey)).claims.aud).toBe('https://other.example')
  clock.ms += 10 * 3_600_000
  expect(tokens.authorisation(origin, keys.publicKey)).toBe(first)
  clock.ms += 1.5 * 3_600_000
  expect(parse(first).claims.exp * 1_000).toBeGreaterThan(clock.ms)
  const second = tokens.authorisation(origin, keys.publicKey)
  expect(second).not.toBe(first)
  expect(parse(second).claims.exp * 1_000 - clock.ms).toBeLessThanOrEqual(24 * 3_600_000)
})

it('does not sign for a key that is not ours', () => {
  expect(createVapidTokens([], 'mailto:a@kez.org').authorisation(origin, keys.publicKey)).toBeUndefined()
})
