import { DomainError, Handle, type HandleEvent, type PersonEvent, Primary } from '@kez-chat/contracts'
import { PoisonEvent } from '@kez-chat/eventlog'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BindTransport, decideTransport, maxBindings } from '../transports/decide.ts'
import { decideRegistration, type RegisterHandle } from './decide.ts'
import { evolveHandle, evolvePrimary, freeHandle, freePrimary, type HandleState, type PrimaryState } from './evolve.ts'

const at = '2026-01-01T00:00:00.000Z'
const handles = ['alice', 'bob', 'carol'].map((text) => Handle.parse(text))
const primaries = ['1', '2', '3'].map((digit) => Primary.parse(`ed25519:${digit.repeat(64)}`))
const nostrs = ['a', 'b', 'c'].map((digit) => digit.repeat(64))

const handle = fc.constantFrom(...handles)
const primary = fc.constantFrom(...primaries)
const registering = fc
  .record({ handle, primary, nonce: fc.integer({ min: 0, max: 2 }) })
  .map((wish): { kind: 'register'; command: RegisterHandle } => ({
    kind: 'register',
    command: { handle: wish.handle, primary: wish.primary, server: 'example.org', at, registration: { ...wish } },
  }))
const binding = fc
  .record({ handle, primary, nostr: fc.constantFrom(...nostrs) })
  .map((wish): { kind: 'bind'; command: BindTransport } => ({
    kind: 'bind',
    command: { ...wish, proof: 'f'.repeat(128), at },
  }))

/** The log in memory: what the stream's expected sequences guarantee, without a stream. */
class Model {
  readonly log: PersonEvent[] = []
  readonly handles = new Map<string, HandleState>()
  readonly primaries = new Map<string, PrimaryState>()

  handle(key: string): HandleState {
    return this.handles.get(key) ?? freeHandle
  }

  primary(key: string): PrimaryState {
    return this.primaries.get(key) ?? freePrimary
  }

  append(events: PersonEvent[]): void {
    for (const event of events) {
      const seq = this.log.push(event)
      if (event.type === 'PrimaryBound')
        this.primaries.set(event.primary, evolvePrimary(this.primary(event.primary), event, seq))
      else this.handles.set(event.handle, evolveHandle(this.handle(event.handle), event, seq))
    }
  }
}

const attempt = (decide: () => PersonEvent[]): PersonEvent[] | string => {
  try {
    return decide()
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

type Step = { kind: 'register'; command: RegisterHandle } | { kind: 'bind'; command: BindTransport }

const run = (model: Model, step: Step) =>
  step.kind === 'register'
    ? attempt(() =>
        decideRegistration(step.command, {
          handleState: model.handle(step.command.handle),
          primaryState: model.primary(step.command.primary),
          chainEnded: false,
        }),
      )
    : attempt((): HandleEvent[] => decideTransport(step.command, model.handle(step.command.handle)))

test('whatever is asked in whatever order, a handle has one owner, an identity one handle, for ever', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(registering, binding), { maxLength: 40 }), (steps) => {
      const model = new Model()
      const owners = new Map<string, string>()
      for (const step of steps) {
        const result = run(model, step)
        if (typeof result === 'string') continue
        model.append(result)
        for (const event of result) {
          if (event.type !== 'HandleRegistered') continue
          expect(owners.has(event.handle)).toBe(false)
          expect([...owners.values()]).not.toContain(event.primary)
          owners.set(event.handle, event.primary)
        }
      }
      for (const [name, owner] of owners) {
        expect(model.handle(name)).toMatchObject({ kind: 'registered', registered: { primary: owner } })
        expect(model.primary(owner)).toMatchObject({ kind: 'bound', handle: name })
      }
      expect(model.primaries.size).toBe(owners.size)
    }),
    { numRuns: 300 },
  )
})

test('a command that was accepted is accepted again and changes nothing: retries are free', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(registering, binding), { maxLength: 30 }), (steps) => {
      const model = new Model()
      for (const step of steps) {
        const result = run(model, step)
        if (typeof result === 'string') continue
        model.append(result)
        expect(run(model, step)).toEqual([])
      }
    }),
    { numRuns: 300 },
  )
})

test('what is decided can always be evolved: no decision makes a log that stops its readers', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(registering, binding), { maxLength: 40 }), (steps) => {
      const model = new Model()
      for (const step of steps) {
        const result = run(model, step)
        if (typeof result !== 'string') expect(() => model.append(result)).not.toThrow()
      }
    }),
    { numRuns: 300 },
  )
})

test('evolving the same events twice gives the same state, and the last sequence is in it', () => {
  fc.assert(
    fc.property(fc.array(binding, { maxLength: 20 }), (steps) => {
      const [owner] = primaries
      const [name] = handles
      if (!owner || !name) throw new TypeError('no people')
      const model = new Model()
      model.append(
        decideRegistration(
          { handle: name, primary: owner, server: 's', at, registration: {} },
          { handleState: freeHandle, primaryState: freePrimary, chainEnded: false },
        ),
      )
      for (const step of steps) {
        const result = run(model, step)
        if (typeof result !== 'string') model.append(result)
      }
      const replay = model.log.flatMap((event, i) => (event.type === 'PrimaryBound' ? [] : [{ event, seq: i + 1 }]))
      const state = replay.reduce<HandleState>(
        (current, { event, seq }) => evolveHandle(current, event, seq),
        freeHandle,
      )
      expect(state).toEqual(model.handle(name))
      expect(state.seq).toBe(replay.at(-1)?.seq)
    }),
  )
})

test('a log that says the impossible is poison, not another state', () => {
  const [alice] = handles
  const [one, two] = primaries
  if (!alice || !one || !two) throw new TypeError('no people')
  const registered = {
    type: 'HandleRegistered',
    version: 1,
    handle: alice,
    primary: one,
    server: 's',
    at,
    registration: {},
  } as const
  const bound = { type: 'TransportBound', version: 1, handle: alice, primary: two, nostr: '', proof: '', at } as const
  const primaryBound = { type: 'PrimaryBound', version: 1, primary: one, handle: alice, at } as const
  const state = evolveHandle(freeHandle, registered, 1)
  expect(() => evolveHandle(state, registered, 2)).toThrow(PoisonEvent)
  expect(() => evolveHandle(freeHandle, bound, 1)).toThrow(PoisonEvent)
  expect(() => evolveHandle(state, bound, 2)).toThrow(PoisonEvent)
  expect(() => evolvePrimary(evolvePrimary(freePrimary, primaryBound, 1), primaryBound, 2)).toThrow(PoisonEvent)
})

test(`after ${maxBindings} bindings no more are decided`, () => {
  const [alice] = handles
  const [one] = primaries
  if (!alice || !one) throw new TypeError('no people')
  const state: HandleState = {
    kind: 'registered',
    registered: {
      type: 'HandleRegistered',
      version: 1,
      handle: alice,
      primary: one,
      server: 's',
      at,
      registration: {},
    },
    registeredSeq: 1,
    primary: one,
    former: [],
    ended: undefined,
    barred: undefined,
    nostr: nostrs[0],
    bindings: maxBindings,
    proofs: [],
    proofLists: 0,
    seq: 9,
  }
  const wish = { handle: alice, primary: one, proof: '', at }
  expect(decideTransport({ ...wish, nostr: nostrs[0] ?? '' }, state)).toEqual([])
  expect(() => decideTransport({ ...wish, nostr: nostrs[1] ?? '' }, state)).toThrow(/64 times/)
})
