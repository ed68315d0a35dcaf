import { describe, expect, it } from 'vitest'
import type { Person, ProofMemo } from '../storage/person.ts'
import { checkCountsFor, isVerified, marksOf, withChecks, withServerChecks } from './marks.ts'

const now = Date.UTC(2026, 5, 1)
const minute = 60_000

const check = (subject: string, more: Partial<ProofMemo> = {}): ProofMemo => ({
  ...{ subject, status: 'verified', at: now - minute, by: 'browser' },
  ...more,
})

const person = (subjects: readonly string[], checks: readonly ProofMemo[], more: Partial<Person> = {}): Person => ({
  chain: {
    length: subjects.length,
    status: 'active',
    subjects: subjects.map((subject, n) => ({ subject, status: 'active', since: n })),
  },
  checks: [...checks],
  ...more,
})

const stateOf = (of: Person, subject: string) => marksOf(of, now).find((mark) => mark.subject === subject)?.state

describe('the mark of a claim', () => {
  it.each<[string, Partial<ProofMemo>[], string | undefined]>([
    ['nobody looked', [], 'unchecked'],
    ['it was found', [{}], 'verified'],
    ['it was found long ago', [{ at: now - checkCountsFor }], 'old'],
    ['it is not there', [{ status: 'failed', reason: 'not_found' }], 'failed'],
    ['the place did not answer', [{ status: 'failed', reason: 'unreachable' }], 'unknown'],
    [
      'it was there, and is not any more',
      [
        { at: now - minute, by: 'home' },
        { status: 'failed', reason: 'not_found', at: now },
      ],
      'failed',
    ],
    [
      'the server found it, the browser may not look',
      [{ by: 'home' }, { status: 'failed', reason: 'unreachable', at: now }],
      'verified',
    ],
    ['only their own server says so', [{ by: 'theirs' }], 'verified'],
    [
      'this browser contradicts their server',
      [
        { by: 'theirs', at: now },
        { status: 'failed', reason: 'not_found' },
      ],
      'failed',
    ],
  ])('when %s', (_, checks, state) => {
    expect(
      stateOf(
        person(
          ['github:a'],
          checks.map((more) => check('github:a', more)),
        ),
        'github:a',
      ),
    ).toBe(state)
  })

  it('that was taken back is revoked whatever stands at its place, and comes last', () => {
    const taken = person(['github:a', 'dns:a.test'], [check('github:a'), check('dns:a.test')])
    const [first] = taken.chain?.subjects ?? []
    if (first) Object.assign(first, { status: 'revoked', reason: 'closed' })
    expect(marksOf(taken, now).map(({ subject, state, reason }) => [subject, state, reason])).toEqual([
      ['dns:a.test', 'verified', undefined],
      ['github:a', 'revoked', 'closed'],
    ])
  })

  it('that a server found shows also when no chain speaks of it; one that it did not find does not', () => {
    const checks = [
      check('github:a', { by: 'home' }),
      check('dns:a.test', { by: 'home', status: 'failed', reason: 'not_found' }),
    ]
    expect(marksOf({ checks }, now).map(({ subject }) => subject)).toEqual(['github:a'])
  })
})

describe('the badge', () => {
  const two = ['github:a', 'dns:a.test']

  it('is for two independent proofs', () => {
    expect(
      isVerified(
        person(
          two,
          two.map((subject) => check(subject)),
        ),
        now,
      ),
    ).toBe(true)
    expect(
      isVerified(
        person(
          two,
          two.map((subject) => check(subject, { by: 'home' })),
        ),
        now,
      ),
    ).toBe(true)
  })

  it.each<[string, Person]>([
    ['one proof', person(two, [check('github:a')])],
    ['a domain and the site at it', person(['dns:a.test', 'web:a.test'], [check('dns:a.test'), check('web:a.test')])],
    [
      'two proofs of which one is too old',
      person(two, [check('github:a', { at: now - checkCountsFor }), check('dns:a.test')]),
    ],
    [
      'two proofs by the word of their own server',
      person(
        two,
        two.map((subject) => check(subject, { by: 'theirs' })),
      ),
    ],
    [
      'two proofs of a key with two histories',
      person(
        two,
        two.map((subject) => check(subject)),
        { alarm: { kind: 'fork', since: 1 } },
      ),
    ],
    [
      'two proofs of a key whose history is withheld',
      person(
        two,
        two.map((subject) => check(subject)),
        { alarm: { kind: 'shorter', since: 1 } },
      ),
    ],
    [
      'two proofs of a key that was replaced',
      person(
        two,
        two.map((subject) => check(subject)),
        { chain: { length: 3, status: 'rotated', subjects: [] } },
      ),
    ],
  ])('is not for %s', (_, somebody) => {
    expect(isVerified(somebody, now)).toBe(false)
  })
})

describe('new checks', () => {
  it('replace those of the same looker, and leave those of others', () => {
    const before = person(['github:a'], [check('github:a', { by: 'home' }), check('github:a')])
    const after = withChecks(before, [check('github:a', { status: 'failed', reason: 'not_found' })])
    expect(after.checks.map(({ by, status }) => [by, status])).toEqual([
      ['home', 'verified'],
      ['browser', 'failed'],
    ])
  })

  it('of a server replace all it said before: it may have found out that something is gone', () => {
    const before = person([], [check('github:a', { by: 'home' }), check('dns:a.test')])
    expect(withServerChecks(before, 'home', []).checks.map(({ by }) => by)).toEqual(['browser'])
  })
})
