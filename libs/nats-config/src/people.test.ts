import { inboxStreamOf, PrimaryHex } from '@kez-chat/contracts'
import { describe, expect, it } from 'vitest'
import { permissionsFor } from './people.ts'

const own = PrimaryHex.parse('0a'.repeat(32))
const first = PrimaryHex.parse('0b'.repeat(32))
const replyRandom = '0c'.repeat(16)

describe('what a person may do', () => {
  it('is to send, to ask for consumers, to read from the own ones and to acknowledge, and to listen', () => {
    const grant = permissionsFor({ primary: own, inbox: own, replyRandom }, { inboxStreams: 1, consumersPerPerson: 1 })
    expect(grant).toEqual({
      publish: [
        `kez.send.${own}`,
        `kez.consumer.${own}`,
        `$JS.API.CONSUMER.MSG.NEXT.INBOX_0.p_${own}_0`,
        `$JS.ACK.INBOX_0.p_${own}_0.*.*.*.*.*`,
        `$JS.ACK.*.*.INBOX_0.p_${own}_0.*.*.*.*.*`,
      ],
      subscribe: [`kez.inbox.${own}.>`, `_INBOX_${own}_${replyRandom}.>`],
    })
  })

  it('follows the inbox, not the key, once the identity was rotated', () => {
    const scale = { inboxStreams: 8, consumersPerPerson: 2 }
    const { publish, subscribe } = permissionsFor({ primary: own, inbox: first, replyRandom }, scale)
    expect(publish.filter((subject) => subject.includes(own))).toEqual([`kez.send.${own}`, `kez.consumer.${own}`])
    expect(publish).toContain(`$JS.API.CONSUMER.MSG.NEXT.${inboxStreamOf(first, 8)}.p_${first}_1`)
    expect(subscribe).toEqual([`kez.inbox.${first}.>`, `_INBOX_${own}_${replyRandom}.>`])
  })

  it('has wildcards only where they stand for the numbers of an acknowledgement, or behind the own prefix', () => {
    const scale = { inboxStreams: 64, consumersPerPerson: 32 }
    const { publish } = permissionsFor({ primary: own, inbox: own, replyRandom }, scale)
    expect(publish).toHaveLength(2 + 3 * 32)
    for (const subject of publish) {
      expect(subject).not.toContain('>')
      if (!subject.startsWith('$JS.ACK.')) expect(subject).not.toContain('*')
      // A server tells its forms of acknowledgements apart by these numbers.
      else expect([9, 11]).toContain(subject.split('.').length)
      expect(subject).toContain(own)
    }
  })

  it.each([
    [{ consumersPerPerson: 0 }, replyRandom],
    [{ consumersPerPerson: 33 }, replyRandom],
    [{ consumersPerPerson: 1.5 }, replyRandom],
    [{ consumersPerPerson: 1 }, '>'],
    [{ consumersPerPerson: 1 }, ''],
    [{ consumersPerPerson: 1 }, `${replyRandom}.>`],
  ])('is nothing for %j and the random %j', (scale, random) => {
    const principal = { primary: own, inbox: own, replyRandom: random }
    expect(() => permissionsFor(principal, { inboxStreams: 1, ...scale })).toThrow(RangeError)
  })
})
