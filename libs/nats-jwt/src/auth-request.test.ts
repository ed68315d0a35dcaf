import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stockPair } from '../test/oracle.ts'
import { refusal } from '../test/refusal.ts'
import { aServer, requestClaims, requestedAt, signRequest } from '../test/request.ts'
import { decodeAuthRequest } from './auth-request.ts'
import { createNkey } from './signer.ts'

const server = aServer()
const account = createNkey('account').publicKey
const sound = requestClaims(server, account)
const now = requestedAt * 1000

const judged = async (changes: object, signer = server, at = now): Promise<string> => {
  const token = await signRequest({ ...sound, ...changes }, signer)
  return refusal(() => decodeAuthRequest(token, { now: at, account }))
}
const nats = (changes: object): object => ({ nats: { ...sound.nats, ...changes } })

it('reads a request of a server, field by field as it was signed', async () => {
  const { type: _type, version: _version, ...fields } = sound.nats
  expect(decodeAuthRequest(await signRequest(sound, server), { now, account })).toEqual(fields)
})

it('leaves out what it does not know and keeps what the client says about itself', async () => {
  const texts = fc.string()
  const said = fc.record({ name: texts, user: texts, pass: texts, auth_token: texts, protocol: fc.nat() })
  await fc.assert(
    fc.asyncProperty(said, async (connect_opts) => {
      const claims = { ...sound, ...nats({ connect_opts: { ...connect_opts, unknown: 1 } }) }
      const request = decodeAuthRequest(await signRequest(claims, server), { now, account })
      expect(request.connect_opts).toEqual(connect_opts)
    }),
    { numRuns: 20 },
  )
})

describe('refuses a request', () => {
  it('that is signed by another server than it names, or by no server', async () => {
    expect(await judged({}, aServer())).toBe('wrong_issuer')
    expect(await judged({}, stockPair('account'))).toBe('wrong_issuer')
    expect(await judged(nats({ server_id: { ...sound.nats.server_id, id: aServer().getPublicKey() } }))).toBe(
      'wrong_issuer',
    )
  })

  it('for another audience', async () => {
    expect(await judged({ aud: 'somebody' })).toBe('wrong_audience')
  })

  it('to the callout of another account', async () => {
    expect(await judged({ sub: createNkey('account').publicKey })).toBe('wrong_subject')
    expect(await judged({ sub: sound.nats.user_nkey })).toBe('wrong_subject')
  })

  it('about a user that is none', async () => {
    expect(await judged(nats({ user_nkey: account }))).toBe('wrong_kind')
    expect(await judged(nats({ user_nkey: 'U' }))).toBe('malformed')
  })

  it('of another type', async () => {
    expect(await judged(nats({ type: 'user' }))).toBe('wrong_type')
    expect(await judged({ nats: {} })).toBe('wrong_type')
  })

  it('outside its time, give or take the tolerance', async () => {
    expect(await judged({}, server, now + 6_999)).toBe('accepted')
    expect(await judged({}, server, now + 7_000)).toBe('expired')
    expect(await judged({ nbf: requestedAt + 5 })).toBe('accepted')
    expect(await judged({ nbf: requestedAt + 6 })).toBe('not_yet_valid')
  })

  it('with a claim missing or of another shape', async () => {
    for (const field of ['server_id', 'user_nkey', 'client_info', 'connect_opts']) {
      expect(await judged(nats({ [field]: undefined }))).toBe('malformed')
      expect(await judged(nats({ [field]: 7 }))).toBe('malformed')
    }
    expect(await judged({ exp: 'soon' })).toBe('malformed')
    expect(await judged(nats({ client_info: { nonce: 1 } }))).toBe('malformed')
  })

  it('that is too long, before anything is parsed', async () => {
    const token = await signRequest(sound, server)
    expect(refusal(() => decodeAuthRequest(token, { now, account, maxChars: token.length - 1 }))).toBe('too_large')
  })
})
