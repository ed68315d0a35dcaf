import { type AuthorizationResponse, decode, encodeAuthorizationResponse } from '@nats-io/jwt'
import { expect, it } from 'vitest'
import { seedText, stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { encodeAuthResponse } from './auth-response.ts'
import { decodeJwt } from './jwt.ts'
import { createNkey, signerFromSeed } from './signer.ts'

const account = stockPair('account')
const signer = signerFromSeed(seedText(account))
const user = createNkey('user').publicKey
const server = createNkey('server').publicKey
const now = 1_767_225_600_000

it.each([{ jwt: 'a.b.c' }, { error: 'unknown key' }])('answers as the stock library does: %o', async (outcome) => {
  const ours = decode<AuthorizationResponse>(encodeAuthResponse({ user, server, now, outcome }, signer))
  const token = await encodeAuthorizationResponse(user, server, account, { ...outcome }, {})
  const theirs = decodeJwt(token, 'account')
  expect({ ...ours, jti: '', iat: 0 }).toEqual({ ...theirs, jti: '', iat: 0 })
})

it('answers a user of a server, with a JWT or an error, by an account', () => {
  const sound = { user, server, now, outcome: { error: 'no' } }
  expect(refusal(() => encodeAuthResponse(sound, signer))).toBe('accepted')
  expect(refusal(() => encodeAuthResponse({ ...sound, user: server }, signer))).toBe('wrong_kind')
  expect(refusal(() => encodeAuthResponse({ ...sound, server: user }, signer))).toBe('wrong_kind')
  expect(refusal(() => encodeAuthResponse({ ...sound, outcome: { error: '' } }, signer))).toBe('malformed')
  expect(refusal(() => encodeAuthResponse({ ...sound, outcome: { jwt: '' } }, signer))).toBe('malformed')
  expect(refusal(() => encodeAuthResponse(sound, signerFromSeed(createNkey('server').seed)))).toBe('wrong_kind')
})
