import { randomBytes, toBase64url } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { openUnderPrf, parsePrfRecord, sealUnderPrf } from './prf.ts'

const secrets = { seed: randomBytes(32), storageKey: randomBytes(32) }
const answer = { credential: randomBytes(16), input: randomBytes(32), output: randomBytes(32) }

describe('what an authenticator unlocks', () => {
  it('opens with the output it was sealed under, and with no other', async () => {
    const record = parsePrfRecord(structuredClone(await sealUnderPrf(secrets, answer)))
    expect(await openUnderPrf(record, answer.output)).toEqual(secrets)
    await expect(openUnderPrf(record, randomBytes(32))).rejects.toMatchObject({ code: 'malformed' })
  })

  it('belongs to its credential', async () => {
    const record = await sealUnderPrf(secrets, answer)
    const other = { ...record, credential: toBase64url(randomBytes(16)) }
    await expect(openUnderPrf(other, answer.output)).rejects.toMatchObject({ code: 'malformed' })
  })

  it('never holds the recovery phrase', async () => {
    const record = await sealUnderPrf({ ...secrets, ...{ phrase: 'some words' } }, answer)
    expect(await openUnderPrf(record, answer.output)).toEqual(secrets)
  })

  it.each([
    ['nothing', undefined],
    ['another version', { v: 2 }],
    ['no credential', { credential: '' }],
    ['a short input', { input: 'AAAA' }],
    ['a long nonce', { nonce: 'A'.repeat(20) }],
    ['a short ciphertext', { ct: 'AAAA' }],
    ['a member too many', { extra: 1 }],
  ])('is refused with %s', async (_what, change) => {
    const record = change && { ...(await sealUnderPrf(secrets, answer)), ...change }
    expect(() => parsePrfRecord(record)).toThrow(expect.objectContaining({ code: 'malformed' }))
  })
})
