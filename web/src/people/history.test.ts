import {
  acceptRotation,
  type ChainHead,
  createEvent,
  emptyChain,
  type NewChange,
  type SigchainEvent,
  signingKeyFromSeed,
} from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import type { Person } from '../storage/person.ts'
import { judgeHistory, memoOf, withHistory } from './history.ts'

const alice = signingKeyFromSeed(new Uint8Array(32).fill(1))
const successor = signingKeyFromSeed(new Uint8Array(32).fill(2))
const start = Date.UTC(2026, 0, 1)

const chainOf = (...changes: NewChange[]): SigchainEvent[] => {
  let head = emptyChain(alice.primary)
  return changes.map((change, n) => {
    const next = createEvent(head, change, start + n * 1_000, alice)
    head = next.head
    return next.envelope
  })
}

const acceptance = (head: ChainHead) => acceptRotation(head, successor)

const github: NewChange = { op: 'add', subject: 'github:alice' }
const dns: NewChange = { op: 'add', subject: 'dns:alice.test' }
const back: NewChange = { op: 'revoke', subject: 'github:alice', reason: 'closed' }

const known = (...changes: NewChange[]): Person => {
  const judged = judgeHistory(undefined, chainOf(...changes), alice.primary)
  return withHistory({ checks: [] }, judged, 1)
}
const meeting = (person: Person, events: readonly unknown[], now = 2): Person =>
  withHistory(person, judgeHistory(person.chain, events, alice.primary), now)

describe('a history', () => {
  it('that grows is taken in as it is', () => {
    const person = meeting(known(github), chainOf(github, dns, back))
    expect(person.alarm).toBeUndefined()
    expect(person.chain).toMatchObject({
      length: 3,
      status: 'active',
      subjects: [
        { subject: 'github:alice', status: 'revoked', reason: 'closed' },
        { subject: 'dns:alice.test', status: 'active' },
      ],
    })
  })

  it('that never was and still is not is no news', () => {
    expect(meeting({ checks: [] }, [])).toEqual({ checks: [], chain: { length: 0, status: 'active', subjects: [] } })
  })

  it('with another event where one was known is a fork, and stays one when the first history is shown again', () => {
    const first = known(github, dns)
    const forked = meeting(first, chainOf(github, back, dns))
    expect(forked.alarm).toEqual({ kind: 'fork', since: 2 })
    expect(forked.chain, 'what was seen first is what later copies are held against').toEqual(first.chain)
    expect(meeting(forked, chainOf(github, dns), 3).alarm).toEqual({ kind: 'fork', since: 2 })
    expect(meeting(forked, [], 4).alarm).toEqual({ kind: 'fork', since: 2 })
  })

  it.each([
    ['some events', chainOf(github)],
    ['all events', []],
  ])('that lacks %s is told, until they are shown again', (_, events) => {
    const before = known(github, dns)
    const short = meeting(before, events)
    expect(short.alarm).toEqual({ kind: 'shorter', since: 2 })
    expect(short.chain).toEqual(before.chain)
    expect(meeting(short, events, 9).alarm, 'since when it is so').toEqual({ kind: 'shorter', since: 2 })
    expect(meeting(short, chainOf(github, dns)).alarm).toBeUndefined()
  })

  it.each([
    ['somebody else signed', [{ ...chainOf(github)[0], payload: { ...chainOf(github)[0]?.payload, seq: 7 } }]],
    ['that are of another key', chainOf(github).map((event) => ({ ...event, signature: {} }))],
    ['that are no events', ['junk']],
  ])('of events %s does not hold', (_, events) => {
    expect(meeting(known(github), events).alarm?.kind).toBe('invalid')
  })

  it('that ended in a rotation names the key that took over', () => {
    const events = chainOf(github)
    const { head } = createEvent(emptyChain(alice.primary), github, start, alice)
    const rotation: NewChange = { op: 'rotate', acceptance: acceptance(head) }
    const rotated = createEvent(head, rotation, start + 1_000, alice).envelope
    const person = meeting(known(github), [...events, rotated])
    expect(person.chain).toMatchObject({ status: 'rotated', rotated_to: successor.primary, length: 2 })
  })
})

describe('what is remembered of a history', () => {
  it('is its length, its head and what it says, not its events', () => {
    const judged = judgeHistory(undefined, chainOf(github), alice.primary)
    if (judged.kind !== 'sound') throw new Error('it holds')
    expect(memoOf(judged.chain)).toEqual({
      length: 1,
      head: judged.chain.head,
      status: 'active',
      subjects: [{ subject: 'github:alice', status: 'active', since: start }],
    })
  })
})
