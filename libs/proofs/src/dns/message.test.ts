import { encode } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProofFailure } from '../result.ts'
import { readTxtAnswer, txtQuery } from './message.ts'

const answer = (flags: number, answers: Parameters<typeof encode>[0]['answers'] = []) =>
  Uint8Array.from(
    encode({ type: 'response', id: 0, flags, questions: [{ type: 'TXT', name: '_kez.alice.test' }], answers }),
  )

describe('DNS messages', () => {
  it('writes a query byte for byte as RFC 1035 says', () => {
    const question = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, ...Buffer.from('_kez'), 1, 97, 0, 0, 16, 0, 1]
    expect([...txtQuery('_kez.a')]).toEqual(question)
  })

  it.each(['', 'a..b', `${'a'.repeat(64)}.test`, `${'abcdefg.'.repeat(32)}test`])('refuses the name "%s"', (name) => {
    expect(() => txtQuery(name)).toThrow(`${name} is no DNS name`)
  })

  it('joins the segments of each record, reads UTF-8 across them and passes over other types', () => {
    const long = `${'x'.repeat(254)}é`
    const bytes = Buffer.from(long)
    const message = answer(0, [
      { type: 'CNAME', name: '_kez.alice.test', data: 'elsewhere.test' },
      { type: 'TXT', name: 'elsewhere.test', data: [bytes.subarray(0, 255), bytes.subarray(255)] },
      { type: 'TXT', name: 'elsewhere.test', data: 'short' },
    ])
    expect(readTxtAnswer(message)).toEqual({ kind: 'records', texts: [long, 'short'] })
  })

  it('tells a name that does not exist from a server that fails', () => {
    expect(readTxtAnswer(answer(3))).toEqual({ kind: 'no_such_name' })
    expect(() => readTxtAnswer(answer(2))).toThrow('the DNS server answers with error 2')
  })

  it('gives up on messages that are cut off anywhere', () => {
    const whole = answer(0, [{ type: 'TXT', name: '_kez.alice.test', data: 'text' }])
    for (let length = 0; length < whole.length; length++)
      expect(() => readTxtAnswer(whole.slice(0, length))).toThrow('answers something that is no DNS message')
  })

  it('throws nothing but its own error, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          readTxtAnswer(Uint8Array.from([0, 0, 0x80, 0, ...bytes]))
        } catch (error) {
          expect(error).toBeInstanceOf(ProofFailure)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
