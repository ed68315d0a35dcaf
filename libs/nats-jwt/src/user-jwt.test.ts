import { decode, encodeUser, type User } from '@nats-io/jwt'
import { expect, it } from 'vitest'
import { seedText, stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { decodeJwt } from './jwt.ts'
import { createNkey, signerFromSeed } from './signer.ts'
import { encodeUserJwt, type UserGrant } from './user-jwt.ts'

const account = stockPair('account')
const signer = signerFromSeed(seedText(account))
const user = createNkey('user').publicKey
const grant: UserGrant = {
  user,
  account: 'PEOPLE',
  name: 'audit-1',
  permissions: { publish: ['kez.send.a'], subscribe: ['kez.inbox.a.>', '_INBOX_a.*'] },
  now: 1_767_225_600_900,
  seconds: 1_800,
}

it('makes the user JWT that the stock library makes of the same grant', async () => {
  const ours = decode<User>(encodeUserJwt(grant, signer))
  const permissions = { pub: { allow: ['kez.send.a'] }, sub: { allow: ['kez.inbox.a.>', '_INBOX_a.*'] } }
  const token = await encodeUser('audit-1', user, account, permissions, { aud: 'PEOPLE', exp: 1_767_227_400 })
  const theirs = decodeJwt(token, 'account')
  expect({ ...ours, jti: '', iat: 0 }).toEqual({ ...theirs, jti: '', iat: 0 })
  expect(ours.iat).toBe(1_767_225_600)
})

it('forbids everything where nothing is allowed, since a server reads an empty list as no limit', () => {
  const none = decode<User>(encodeUserJwt({ ...grant, permissions: { publish: [], subscribe: [] } }, signer))
  expect(none.nats.pub).toEqual({ deny: ['>'] })
  expect(none.nats.sub).toEqual({ deny: ['>'] })
})

it('states kinds of connection where they are given, and no limits', () => {
  const token = encodeUserJwt({ ...grant, connectionTypes: ['STANDARD', 'WEBSOCKET'] }, signer)
  const { subs, payload, data, allowed_connection_types } = decode<User>(token).nats
  expect([subs, payload, data]).toEqual([-1, -1, -1])
  expect(allowed_connection_types).toEqual(['STANDARD', 'WEBSOCKET'])
})

it('signs no grant that would mean something else than it says', () => {
  const judged = (changes: Partial<UserGrant>): string => refusal(() => encodeUserJwt({ ...grant, ...changes }, signer))
  for (const subject of ['', 'a..b', '.a', 'a.', 'a b', 'a\n', '>.a', 'a\u0000']) {
    expect(judged({ permissions: { publish: [subject], subscribe: [] } })).toBe('malformed')
    expect(judged({ permissions: { publish: [], subscribe: ['ok', subject] } })).toBe('malformed')
  }
  for (const seconds of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(judged({ seconds })).toBe('malformed')
  expect(judged({ account: '' })).toBe('malformed')
  expect(judged({ user: createNkey('server').publicKey })).toBe('wrong_kind')
  expect(refusal(() => encodeUserJwt(grant, signerFromSeed(createNkey('user').seed)))).toBe('wrong_kind')
})
