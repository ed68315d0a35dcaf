import { DomainError, Handle, InviteId, type Inviter, inviteLimits, operator } from '@kez-chat/contracts'
import { PoisonEvent } from '@kez-chat/eventlog'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideIssue, decideRevocation, decideUse, describeInvite, type Issuing, standingOf } from './decide.ts'
import { evolveInvite, type InviterState, type InviteState, noInvites, unknownInvite } from './evolve.ts'

const day = 86_400_000
const at = '2026-01-01T00:00:00.000Z'
const start = Date.parse(at)
const limit = 3
const ids = ['a', 'b', 'c', 'd', 'e'].map((digit) => InviteId.parse(digit.repeat(32)))
const checks = ['1', '2'].map((digit) => digit.repeat(32))
const inviters: Inviter[] = [Handle.parse('alice'), Handle.parse('bob'), operator]
const guest = Handle.parse('guest')

type Step =
  | { kind: 'issue'; id: InviteId; check: string; by: Inviter; uses: number; days: number }
  | { kind: 'use'; id: InviteId; check: string }
  | { kind: 'revoke'; id: InviteId; by: Inviter }
  | { kind: 'wait'; hours: number }

const id = fc.constantFrom(...ids)
const by = fc.constantFrom(...inviters)
const check = fc.constantFrom(...checks)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    ...{ kind: fc.constant('issue' as const), id, check, by },
    ...{ uses: fc.integer({ min: 1, max: 3 }), days: fc.integer({ min: -1, max: inviteLimits.days + 1 }) },
  }),
  fc.record({ kind: fc.constant('use' as const), id, check }),
  fc.record({ kind: fc.constant('revoke' as const), id, by }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 400 }) }),
)

const codeOf = (attempt: () => void): string => {
  try {
    attempt()
    return 'ok'
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

/** The log in memory, with what a reader of it would be told. */
const play = (steps: Step[]) => {
  const invites = new Map<InviteId, InviteState>()
  const books = new Map<Inviter, InviterState>()
  let seq = 0
  let now = start
  const told: { step: Step; code: string; now: number }[] = []
  const inviteOf = (name: InviteId) => invites.get(name) ?? unknownInvite
  const issuing = (wish: Extract<Step, { kind: 'issue' }>): Issuing => {
    const inviter = books.get(wish.by) ?? noInvites
    const over = inviter.open
      .map((one) => inviteOf(one.id))
      .flatMap((state) => (state.kind === 'issued' && standingOf(state, now) !== 'open' ? [state.issued.id] : []))
    return { invite: inviteOf(wish.id), inviter, over: new Set(over) }
  }
  const take = (one: Step): void => {
    if (one.kind === 'wait') now += one.hours * 3_600_000
    if (one.kind === 'issue') {
      const wish = { ...one, at: new Date(now).toISOString(), now, limit }
      const expires_at = new Date(now + one.days * day).toISOString()
      for (const event of decideIssue({ ...wish, expires_at }, issuing(one))) {
        seq += 1
        if (event.type === 'InviteIssued') invites.set(one.id, evolveInvite(inviteOf(one.id), event, seq))
        else books.set(one.by, { open: event.open, seq })
      }
    }
    if (one.kind === 'use') {
      const event = decideUse(inviteOf(one.id), one, { handle: guest, at, now })
      invites.set(one.id, evolveInvite(inviteOf(one.id), event, ++seq))
    }
    if (one.kind === 'revoke')
      for (const event of decideRevocation(inviteOf(one.id), one.by, at))
        invites.set(one.id, evolveInvite(inviteOf(one.id), event, ++seq))
  }
  for (const one of steps) told.push({ step: one, code: codeOf(() => take(one)), now })
  return { invites, books, told, now }
}

test('whatever is asked in whatever order, no code admits more people than it may, nor anybody after it was revoked or has expired', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { invites, told } = play(steps)
      for (const [name, state] of invites) {
        if (state.kind === 'unknown') continue
        const { uses, expires_at, check: right } = state.issued
        const used = told.filter((one) => one.step.kind === 'use' && one.step.id === name && one.code === 'ok')
        expect(used.length).toBe(state.used)
        expect(used.length).toBeLessThanOrEqual(uses)
        for (const one of used) {
          expect(one.now).toBeLessThan(Date.parse(expires_at))
          expect(one.step).toMatchObject({ check: right })
        }
        const revoked = told.findIndex((one) => one.step.kind === 'revoke' && one.step.id === name && one.code === 'ok')
        if (revoked >= 0) expect(told.slice(revoked).filter((one) => used.includes(one))).toEqual([])
      }
    }),
    { numRuns: 500 },
  )
})

test('an inviter never has more codes open than allowed, and loses none by issuing another', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { invites, books, now } = play(steps)
      for (const one of inviters) {
        const open = [...invites.values()].flatMap((state) =>
          state.kind === 'issued' && state.issued.by === one && standingOf(state, now) === 'open'
            ? [state.issued.id]
            : [],
        )
        expect(open.length).toBeLessThanOrEqual(limit)
        expect(books.get(one)?.open.map((entry) => entry.id) ?? []).toEqual(expect.arrayContaining(open))
      }
    }),
    { numRuns: 500 },
  )
})

test('only who issued a code revokes it, and learns nothing of those of others', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      for (const { step: one, code } of play(steps).told)
        if (one.kind === 'revoke') expect(['ok', 'not_found']).toContain(code)
    }),
  )
})

const [one, other] = ids
if (!one || !other) throw new TypeError('no codes')
const wish = { id: one, check: checks[0] ?? '', by: inviters[0] ?? operator, uses: 1, at, now: start, limit }
const expires_at = new Date(start + day).toISOString()
const nothing: Issuing = { invite: unknownInvite, inviter: noInvites, over: new Set() }
const issued = decideIssue({ ...wish, expires_at }, nothing).reduce<InviteState>(
  (state, event) => (event.type === 'InviteIssued' ? evolveInvite(state, event, 1) : state),
  unknownInvite,
)

test.each([
  ['a code of nobody', unknownInvite, start, 'invite_invalid'],
  [
    'half of a code',
    { ...issued, issued: { ...(issued.kind === 'issued' && issued.issued), check: checks[1] } },
    start,
    'invite_invalid',
  ],
  ['a used code', { ...issued, used: 1 }, start, 'invite_used_up'],
  ['an expired code', issued, start + day, 'invite_expired'],
  ['a revoked code', { ...issued, revoked: true }, start + day, 'invite_revoked'],
  ['an open code', issued, start + day - 1, 'ok'],
])('%s is answered with its own code', (_, state, now, code) => {
  const attempt = () => decideUse(state as InviteState, wish, { handle: guest, at, now })
  expect(codeOf(attempt)).toBe(code)
})

test('the same code issued again is no other one; somebody else cannot issue it, nor with another check', () => {
  const again = { ...nothing, invite: issued }
  expect(decideIssue({ ...wish, expires_at, uses: 5 }, again)).toEqual([])
  expect(codeOf(() => decideIssue({ ...wish, expires_at, by: operator }, again))).toBe('conflict')
  expect(codeOf(() => decideIssue({ ...wish, expires_at, check: checks[1] ?? '' }, again))).toBe('conflict')
})

test('a code that says when it ends in no way that can be read is not issued', () => {
  expect(codeOf(() => decideIssue({ ...wish, expires_at: '2026-99-99T00:00:00Z' }, nothing))).toBe('invalid')
})

test('a log that says the impossible is poison', () => {
  if (issued.kind === 'unknown') throw new TypeError('not issued')
  const use = { type: 'InviteUsed', version: 1, id: one, handle: guest, at } as const
  expect(() => evolveInvite(issued, issued.issued, 2)).toThrow(PoisonEvent)
  expect(() => evolveInvite(unknownInvite, use, 2)).toThrow(PoisonEvent)
  expect(() => evolveInvite(evolveInvite(issued, use, 2), use, 3)).toThrow(PoisonEvent)
  expect(describeInvite(evolveInvite(issued, use, 2), start)).toEqual({
    ...{ id: one, uses: 1, used: 1, created_at: at, expires_at, status: 'used_up' },
  })
})
