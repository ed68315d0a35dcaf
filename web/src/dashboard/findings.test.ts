import type { Profile } from '@kez-chat/contracts'
import { Handle, Primary, Profile as ProfileSchema } from '@kez-chat/contracts'
import { describe, expect, it } from 'vitest'
import type { Person } from '../storage/person.ts'
import { findingsOf } from './findings.ts'
import type { Report } from './state.ts'

const now = Date.UTC(2026, 5, 1)
const account = { handle: 'alice', server: 'kez.test' }
const profile: Profile = ProfileSchema.parse({
  ...{ handle: Handle.parse('alice'), fqhn: 'alice@kez.test', primary: Primary.parse(`ed25519:${'1'.repeat(64)}`) },
  ...{ sigchain_url: 'https://kez.test/', registered_at: '2026-01-01T00:00:00.000Z', proofs: [], status: 'active' },
})
const well: Report = {
  ...{ profile, version: '0.1.0', relays: [], devices: 1 },
  mailbox: { messages: 2, max_messages: 10_000, max_bytes: 1, full: false },
}
const person: Person = {
  chain: {
    ...{ length: 1, head: `sha256:${'ab'.repeat(32)}`, status: 'active' },
    subjects: [{ subject: 'github:alice', status: 'active', since: 1 }],
  },
  checks: [{ subject: 'github:alice', status: 'verified', by: 'home', at: now - 60_000 }],
}

const bad = (somebody: Person, report: Report): string[] =>
  findingsOf(account, somebody, report, now).flatMap(({ name, good }) => (good ? [] : [name]))

describe('the dashboard', () => {
  it('is content when everything is as it should be, and says what the server knows', () => {
    expect(bad(person, well)).toEqual([])
    const texts = findingsOf(account, person, well, now).map(({ text }) => text)
    expect(texts.join('\n')).toMatch(
      /alice@kez\.test.*0\.1\.0.*1 event, the last one abababababab….*One holds.*2 of at most 10000/s,
    )
  })

  it('is content with somebody who has claimed nothing yet', () => {
    expect(bad({ checks: [] }, well)).toEqual([])
  })

  it.each<[string, Person, Report, string[]]>([
    [
      'a full mailbox',
      person,
      { ...well, mailbox: { messages: 9, max_messages: 9, max_bytes: 1, full: true } },
      ['Mailbox'],
    ],
    ['a history that is withheld', { ...person, alarm: { kind: 'shorter', since: 1 } }, well, ['Sigchain']],
    [
      'a proof that is gone',
      { ...person, checks: [{ subject: 'github:alice', status: 'failed', reason: 'not_found', by: 'home', at: now }] },
      well,
      ['Proofs'],
    ],
    ['a key that the server does not know', person, { ...well, profile: undefined }, ['Handle']],
    [
      'what could not be asked',
      person,
      { ...well, relays: undefined, devices: undefined },
      ['Relays', 'Devices that are woken'],
    ],
    [
      'a server that is away',
      person,
      { profile: undefined, version: undefined, mailbox: undefined, relays: undefined, devices: undefined },
      ['Home server'],
    ],
  ])('names %s', (_, somebody, report, names) => {
    expect(bad(somebody, report)).toEqual(names)
  })
})
