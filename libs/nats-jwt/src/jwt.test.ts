import { Algorithms, type ClaimsData, decode, encode } from '@nats-io/jwt'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { seedText, stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { type Claims, decodeJwt, encodeJwt } from './jwt.ts'
import { encodePublicNkey } from './nkey-text.ts'
import { createNkey, signerFromSeed } from './signer.ts'

const account = stockPair('account')
const signer = signerFromSeed(seedText(account))
const user = createNkey('user').publicKey

const claimsIn = (unit: 'grapheme' | 'grapheme-ascii') =>
  fc.record({
    sub: fc.constant(user),
    aud: fc.string(),
    name: fc.string({ unit }),
    iat: fc.nat(),
    exp: fc.nat(),
    nats: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ stringUnit: unit })),
  })

// Beyond ASCII the stock library writes and reads Latin-1 where the servers have UTF-8.
const claims = claimsIn('grapheme-ascii')

/** Any header and body, signed by us. */
const signed = (header: string, body: string): string => {
  const text = `${Buffer.from(header).toString('base64url')}.${Buffer.from(body).toString('base64url')}`
  return `${text}.${Buffer.from(signer.sign(Buffer.from(text))).toString('base64url')}`
}
const header = '{"typ":"JWT","alg":"ed25519-nkey"}'

it('reads what the stock library signs', async () => {
  await fc.assert(
    fc.asyncProperty(claims, async (made) => {
      const claim: ClaimsData<unknown> = { ...structuredClone(made), jti: '', iss: '' }
      const token = await encode(Algorithms.v2, claim, account)
      expect(decodeJwt(token, 'account')).toEqual(JSON.parse(JSON.stringify(claim)))
    }),
    { numRuns: 20 },
  )
})

it('signs what the stock library reads', () => {
  fc.assert(
    fc.property(claims, (made) => {
      const read = decode(encodeJwt(made, signer))
      const { jti, iss, ...rest } = read
      expect(rest).toEqual(JSON.parse(JSON.stringify(made)))
      expect(iss).toBe(account.getPublicKey())
      expect(jti).toMatch(/^[A-Z2-7]{52}$/)
    }),
    { numRuns: 20 },
  )
})

it('gives back claims in any script', () => {
  fc.assert(
    fc.property(claimsIn('grapheme'), (made) => {
      const { jti: _jti, iss: _iss, ...rest } = decodeJwt(encodeJwt(made, signer), 'account')
      expect(rest).toEqual(JSON.parse(JSON.stringify(made)))
    }),
  )
})

const sample: Claims = { sub: user, aud: 'X', iat: 1, nats: { type: 'user' } }

it('refuses a JWT with any one character changed', () => {
  const token = encodeJwt(sample, signer)
  const chars = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n'
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...chars), (at, char) => {
      fc.pre(token[at] !== char)
      expect(refusal(() => decodeJwt(token.slice(0, at) + char + token.slice(at + 1), 'account'))).not.toBe('accepted')
    }),
    { numRuns: 500 },
  )
})

it('refuses whatever is no JWT with an error of its own', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 5 }), (parts) => {
      expect(refusal(() => decodeJwt(parts.join('.'), 'account'))).toBe('malformed')
    }),
  )
})

it('refuses algorithms other than ed25519-nkey, the older form and none among them', async () => {
  const older = await encode(Algorithms.v1, { ...sample, nats: {}, jti: '', iss: '', name: '' }, account)
  expect(refusal(() => decodeJwt(older, 'account'))).toBe('unsupported_algorithm')
  expect(refusal(() => decodeJwt(signed('{"typ":"JWT","alg":"none"}', '{}'), 'account'))).toBe('unsupported_algorithm')
  expect(refusal(() => decodeJwt(signed('{"typ":"JOSE","alg":"ed25519-nkey"}', '{}'), 'account'))).toBe('wrong_type')
})

it('takes the header in any spelling of the same JSON', () => {
  const body = JSON.stringify({ ...sample, iss: signer.publicKey })
  expect(refusal(() => decodeJwt(signed('{ "alg":"ed25519-nkey", "typ":"jwt" }', body), 'account'))).toBe('accepted')
})

it('believes an issuer of the wanted kind only', () => {
  const by = (iss: unknown): string => signed(header, JSON.stringify({ ...sample, iss }))
  const weak = encodePublicNkey('account', Buffer.from(`01${'00'.repeat(31)}`, 'hex'))
  expect(refusal(() => decodeJwt(by(signer.publicKey), 'account'))).toBe('accepted')
  expect(refusal(() => decodeJwt(by(signer.publicKey), 'server'))).toBe('wrong_issuer')
  expect(refusal(() => decodeJwt(by('nobody'), 'account'))).toBe('wrong_issuer')
  expect(refusal(() => decodeJwt(by(7), 'account'))).toBe('malformed')
  expect(refusal(() => decodeJwt(by(createNkey('account').publicKey), 'account'))).toBe('invalid_signature')
  expect(refusal(() => decodeJwt(by(weak), 'account'))).toBe('weak_key')
})

it('refuses signed bodies that are no object of sound UTF-8', () => {
  for (const body of ['', '[]', 'null', '1', '"x"', '{', '{}{}']) {
    expect(refusal(() => decodeJwt(signed(header, body), 'account'))).toBe('malformed')
  }
  const broken = Buffer.concat([
    Buffer.from(`{"iss":"${signer.publicKey}","x":"`),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ])
  const text = `${Buffer.from(header).toString('base64url')}.${broken.toString('base64url')}`
  const token = `${text}.${Buffer.from(signer.sign(Buffer.from(text))).toString('base64url')}`
  expect(refusal(() => decodeJwt(token, 'account'))).toBe('malformed')
})

it('looks at sizes before it parses', () => {
  const token = encodeJwt(sample, signer)
  expect(refusal(() => decodeJwt(token, 'account', token.length))).toBe('accepted')
  expect(refusal(() => decodeJwt(token, 'account', token.length - 1))).toBe('too_large')
  expect(refusal(() => decodeJwt('x'.repeat(64 * 1024 + 1), 'account'))).toBe('too_large')
  expect(refusal(() => decodeJwt(signed(`${header}${' '.repeat(100)}`, '{}'), 'account'))).toBe('too_large')
})
