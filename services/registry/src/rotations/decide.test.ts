import { type ChainEventAppended, Handle, Primary } from '@kez-chat/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideRegistration } from '../handles/decide.ts'
import {
  evolveHandle,
  evolvePrimary,
  freeHandle,
  freePrimary,
  type HandleState,
  type PrimaryState,
} from '../handles/evolve.ts'
import { decideSettlement, successorIn } from './decide.ts'

const at = '2026-01-01T00:00:00.000Z'
const keys = Array.from({ length: 5 }, (_, i) => Primary.parse(`ed25519:${String(i).repeat(64)}`))
const names = ['alice', 'bob', 'carol'].map((name) => Handle.parse(name))

type Step =
  | { kind: 'register'; handle: Handle; primary: Primary }
  | { kind: 'end'; primary: Primary; to: Primary | undefined }
  | { kind: 'settle'; handle: Handle }

const key = fc.constantFrom(...keys)
const name = fc.constantFrom(...names)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('register' as const), handle: name, primary: key }),
  fc.record({ kind: fc.constant('end' as const), primary: key, to: fc.option(key, { nil: undefined }) }),
  fc.record({ kind: fc.constant('settle' as const), handle: name }),
)

/** Two streams that nothing keeps in step: chains end at any time, whatever the log of handles says. */
const play = (steps: Step[]) => {
  const handles = new Map<string, HandleState>()
  const primaries = new Map<string, PrimaryState>()
  const chains = new Map<string, ChainEventAppended>()
  let seq = 0
  const handleOf = (handle: Handle) => handles.get(handle) ?? freeHandle
  const primaryOf = (primary: Primary) => primaries.get(primary) ?? freePrimary
  const append = (events: ReturnType<typeof decideSettlement>): void => {
    for (const event of events) {
      seq += 1
      if (event.type === 'PrimaryBound')
        primaries.set(event.primary, evolvePrimary(primaryOf(event.primary), event, seq))
      else handles.set(event.handle, evolveHandle(handleOf(event.handle), event, seq))
    }
  }
  const settle = (handle: Handle): number => {
    const state = handleOf(handle)
    if (state.kind === 'free') return 0
    const chainEnd = chains.get(state.primary)
    const next = successorIn(chainEnd)
    const events = decideSettlement(
      { handle: state, chainEnd, successor: next && { primary: next, state: primaryOf(next) } },
      at,
    )
    append(events)
    return events.length
  }
  const register = (handle: Handle, primary: Primary): void => {
    const command = { handle, primary, server: 's', at, registration: { primary, handle } }
    try {
      append(
        decideRegistration(command, {
          handleState: handleOf(handle),
          primaryState: primaryOf(primary),
          chainEnded: false,
        }),
      )
    } catch {
      // Taken: it is not what this is about.
    }
  }
  for (const one of steps) {
    if (one.kind === 'settle') settle(one.handle)
    else if (one.kind === 'register') register(one.handle, one.primary)
    else if (!chains.has(one.primary) && one.to !== one.primary)
      chains.set(one.primary, {
        type: 'ChainEventAppended',
        version: 1,
        primary: one.primary,
        seq: 0,
        hash: '',
        bytes: 1,
        status: one.to === undefined ? 'revoked' : 'rotated',
        ...(one.to === undefined ? {} : { rotated_to: one.to }),
        created_at: at,
        at,
        event: {},
      })
  }
  return { handles, primaries, chains, settle }
}

test('however chains end and handles are taken, settling comes to an end, breaks no log, and leaves no handle with a key that has ended', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { handles, chains, settle } = play(steps)
      for (const handle of names) {
        let rounds = 0
        while (settle(handle) > 0) expect(++rounds).toBeLessThanOrEqual(keys.length)
        const state = handles.get(handle)
        if (state?.kind === 'registered') expect(state.ended !== undefined).toBe(chains.has(state.primary))
      }
    }),
    { numRuns: 500 },
  )
})

test('a key has at most one handle, and each handle came to its key by the chain of the one before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { handles, primaries, chains } = play(steps)
      const seen = new Set<string>()
      for (const [handle, state] of handles) {
        if (state.kind !== 'registered') continue
        for (const { primary, to } of state.former) expect(chains.get(primary)).toMatchObject({ rotated_to: to })
        for (const primary of [...state.former.map((one) => one.primary), state.primary]) {
          expect(seen.has(primary)).toBe(false)
          seen.add(primary)
          expect(primaries.get(primary)).toMatchObject({ handle })
        }
      }
      expect(seen.size).toBe(primaries.size)
    }),
    { numRuns: 500 },
  )
})
