import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acceptRotation,
  activeSubjects,
  type ChainHead,
  createClaim,
  createEvent,
  emptyChain,
  envelopeHash,
  formatTimestamp,
  type NewChange,
  nostrSigningKey,
  recordSubject,
  type SigchainEvent,
  type Signer,
  type SubjectState,
  signEnvelope,
  signingKeyFromSeed,
  validateAppend,
  validateChain,
} from './index.ts'

const key = signingKeyFromSeed(new Uint8Array(32).fill(1))
const newKey = signingKeyFromSeed(new Uint8Array(32).fill(2))
const nostrKey = nostrSigningKey(new Uint8Array(32).fill(1))
const start = Date.parse('2026-05-25T03:00:00Z')
const MINUTE = 60_000
const coded = (code: string) => expect.objectContaining({ name: 'IdentityError', code })
const claimOf = (subject: string, signer: Signer = key) => createClaim({ subject, createdAt: start }, signer)

/** A chain of `key` with these changes, a minute apart. */
const grow = (changes: readonly NewChange[], signer: Signer = key) => {
  let head = emptyChain(signer.primary)
  const events: SigchainEvent[] = []
  for (const change of changes) {
    const next = createEvent(head, change, start + head.length * MINUTE, signer)
    head = next.head
    events.push(next.envelope)
  }
  return { head, events }
}

const add = (subject: string): NewChange => ({ op: 'add', subject })
const revoke = (subject: string): NewChange => ({ op: 'revoke', subject })
const { head: afterTwo, events: two } = grow([add('github:alice'), revoke('github:alice')])

/** Signs whatever it is given as the event after `head`. */
const raw = (fields: object, head: ChainHead = afterTwo) =>
  signEnvelope(
    'sigchain_event',
    {
      type: 'kez.sigchain.event',
      version: 1,
      primary: key.primary,
      seq: head.length,
      ...(head.head === undefined ? {} : { prev: head.head }),
      created_at: formatTimestamp((head.lastCreatedAt ?? start) + MINUTE),
      op: 'add',
      payload: { subject: 'dns:example.org' },
      ...fields,
    },
    key,
  )

describe('a chain', () => {
  it.each([key, nostrKey])('of $primary says which subjects it stands by', (signer) => {
    const { events, head } = grow(
      [
        { op: 'add', subject: 'GitHub:Alice', claim: claimOf('github:alice', signer) },
        add('dns:example.org'),
        { op: 'revoke', subject: 'github:alice', reason: 'renamed' },
        { op: 'add_device', device: 'phone-1', name: 'My phone' },
        add('github:alicia'),
        revoke('ap:@never@added.example'),
      ],
      signer,
    )
    const chain = validateChain(events, signer.primary)
    expect(chain).toMatchObject({ ...head, length: 6, status: { kind: 'active' } })
    expect(chain.head).toBe(envelopeHash(events.at(-1)))
    expect(activeSubjects(chain)).toEqual(['dns:example.org', 'github:alicia'])
    expect(chain.subjects.get('github:alice')).toEqual({
      status: 'revoked',
      seq: 2,
      since: start + 2 * MINUTE,
      reason: 'renamed',
    })
    expect(chain.subjects.get('ap:@never@added.example')?.status).toBe('revoked')
  })

  it('may add a subject anew, with a younger claim, also after it was revoked', () => {
    const { events } = grow([
      add('github:alice'),
      revoke('github:alice'),
      { op: 'add', subject: 'github:alice', claim: claimOf('github:alice') },
    ])
    expect(validateChain(events).subjects.get('github:alice')).toMatchObject({
      status: 'active',
      seq: 2,
      claim: { subject: 'github:alice', createdAt: start },
    })
  })

  it('is empty only when one says whose it is', () => {
    expect(validateChain([], key.primary)).toEqual({ ...emptyChain(key.primary), subjects: new Map() })
    expect(() => validateChain([])).toThrow(coded('malformed'))
  })

  it('of another key than expected is refused', () => {
    expect(() => validateChain(two, newKey.primary)).toThrow(coded('key_mismatch'))
  })

  it.each([
    ['without its first event', two.slice(1), 0],
    ['with two events swapped', two.toReversed(), 0],
    ['with an event twice', [...two, two[1]], 2],
    [
      'with an event of another chain',
      [two[0], ...grow([add('dns:a.example'), add('dns:b.example')]).events.slice(1)],
      1,
    ],
    ['with something else in it', [...two, {}], 2],
  ])('%s is refused, and the error tells where', (_, events, index) => {
    expect(() => validateChain(events)).toThrow(
      expect.objectContaining({ name: 'IdentityError', details: expect.objectContaining({ event: index }) }),
    )
    expect(() => validateChain(events)).toThrow(new RegExp(`^event ${index}: `))
  })

  it('is refused when any one character of any of its signed texts is changed', () => {
    const text = JSON.stringify(two)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0a9z"'), (at, char) => {
        const changed = text.slice(0, at) + char + text.slice(at + 1)
        fc.pre(changed !== text)
        let parsed: unknown
        try {
          parsed = JSON.parse(changed)
        } catch {
          return
        }
        expect(() => validateChain(Array.isArray(parsed) ? parsed : [parsed])).toThrow(
          expect.objectContaining({ name: 'IdentityError' }),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('grown event by event has the state it has when read whole', () => {
    const subject = fc.constantFrom('github:a', 'github:b', 'dns:example.org', 'web:example.org')
    const change = fc.oneof(
      fc.record({ op: fc.constant('add' as const), subject }),
      fc.record({ op: fc.constant('revoke' as const), subject }),
      fc.record({ op: fc.constant('add_device' as const), device: fc.constantFrom('x', 'y') }),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        let head = emptyChain(key.primary)
        const subjects = new Map<string, SubjectState>()
        const { events } = grow(changes)
        for (const event of events) {
          const stored: ChainHead = JSON.parse(JSON.stringify(head))
          const appended = validateAppend(stored, event)
          recordSubject(subjects, appended.event, head.primary)
          head = appended.head
        }
        expect(validateChain(events)).toEqual({ ...head, subjects })
      }),
      { numRuns: 20 },
    )
  })
})

describe('an event', () => {
  it.each([
    ['the seq before', { seq: 1 }, 'chain_conflict'],
    ['the seq after', { seq: 3 }, 'chain_conflict'],
    ['a seq that is none', { seq: '2' }, 'malformed'],
    ['a seq with a fraction', { seq: 2.5 }, 'malformed'],
    ['the prev of another event', { prev: envelopeHash(two[0]) }, 'chain_conflict'],
    ['a prev that is none', { prev: 5 }, 'malformed'],
    ['a date before the last event', { created_at: formatTimestamp(start + MINUTE - 1) }, 'invalid'],
    ['a date that is none', { created_at: 5 }, 'malformed'],
    ['an op nobody knows', { op: 'burn' }, 'malformed'],
    ['a payload that is none', { payload: [] }, 'malformed'],
    ['a field of its own', { note: 'x' }, 'malformed'],
    ['another version', { version: 2 }, 'unknown_version'],
    ['add: a field of its own', { payload: { subject: 'dns:example.org', x: 1 } }, 'malformed'],
    ['add: no subject', { payload: {} }, 'malformed'],
    ['add: a subject that is none', { payload: { subject: 'example.org' } }, 'malformed'],
    ["add: the chain's own key", { payload: { subject: key.primary } }, 'invalid'],
    ['add: a claim that is none', { payload: { subject: 'dns:example.org', claim: null } }, 'malformed'],
    [
      'add: a claim about something else',
      { payload: { subject: 'dns:example.org', claim: claimOf('dns:a.example') } },
      'invalid',
    ],
    [
      'add: a claim by somebody else',
      { payload: { subject: 'dns:example.org', claim: claimOf('dns:example.org', newKey) } },
      'key_mismatch',
    ],
    ['revoke: a field of its own', { op: 'revoke', payload: { subject: 'dns:example.org', x: 1 } }, 'malformed'],
    [
      'revoke: a reason of two lines',
      { op: 'revoke', payload: { subject: 'dns:example.org', reason: 'a\nb' } },
      'malformed',
    ],
    [
      'revoke: a reason of 513 characters',
      { op: 'revoke', payload: { subject: 'dns:example.org', reason: 'a'.repeat(513) } },
      'malformed',
    ],
    ['rotate: no acceptance', { op: 'rotate', payload: { new_primary: newKey.primary } }, 'malformed'],
    ['rotate: to no primary', { op: 'rotate', payload: { new_primary: 'github:alice', acceptance: {} } }, 'malformed'],
    ['rotate: to itself', { op: 'rotate', payload: { new_primary: key.primary, acceptance: {} } }, 'invalid'],
    ['add_device: no device', { op: 'add_device', payload: {} }, 'malformed'],
    ['add_device: an empty device', { op: 'add_device', payload: { device: '' } }, 'malformed'],
    ['add_device: a name that is none', { op: 'add_device', payload: { device: 'x', name: 5 } }, 'malformed'],
  ])('with %s is refused, though well signed', (_, fields, code) => {
    expect(() => validateAppend(afterTwo, raw(fields))).toThrow(coded(code))
  })

  it('first in its chain has no prev, later ones have one', () => {
    const none = emptyChain(key.primary)
    expect(validateAppend(none, raw({}, none)).head.length).toBe(1)
    expect(() => validateAppend(none, raw({ prev: afterTwo.head }, none))).toThrow(coded('chain_conflict'))
    const { prev: _, ...payload } = raw({}).payload
    expect(() => validateAppend(afterTwo, signEnvelope('sigchain_event', payload, key))).toThrow(
      coded('chain_conflict'),
    )
  })

  it('tells a writer with an old head which seq is next', () => {
    expect(() => validateAppend(afterTwo, two[1])).toThrow(
      expect.objectContaining({ code: 'chain_conflict', details: { next: 2 } }),
    )
  })

  it('may have the very date of the last one', () => {
    const event = raw({ created_at: formatTimestamp(start + MINUTE) })
    expect(validateAppend(afterTwo, event).head.lastCreatedAt).toBe(start + MINUTE)
  })

  it('more than 5 minutes ahead of the clock is refused where somebody appends', () => {
    const event = raw({})
    const at = start + 2 * MINUTE
    expect(validateAppend(afterTwo, event, at - 5 * MINUTE).event.createdAt).toBe(at)
    expect(() => validateAppend(afterTwo, event, at - 5 * MINUTE - 1)).toThrow(coded('stale_timestamp'))
    expect(validateAppend(afterTwo, event).event.createdAt).toBe(at)
  })

  it('signed by another key than that of the chain is refused', () => {
    const { events } = grow([add('dns:example.org')], newKey)
    expect(() => validateAppend(emptyChain(key.primary), events[0])).toThrow(coded('key_mismatch'))
  })

  it('that the rules forbid is not made', () => {
    expect(() => createEvent(afterTwo, add(key.primary), start + MINUTE, key)).toThrow(coded('invalid'))
    expect(() => createEvent(afterTwo, add('dns:a.example'), start, key)).toThrow(coded('invalid'))
    expect(() => createEvent(afterTwo, add('dns:a.example'), start + MINUTE, newKey)).toThrow(coded('key_mismatch'))
  })
})

describe('a rotation', () => {
  const rotated = (acceptance = acceptRotation(afterTwo, newKey), head = afterTwo) =>
    createEvent(head, { op: 'rotate', acceptance }, start + 9 * MINUTE, key)

  it.each([newKey, nostrKey])('to $primary ends the chain of the old key', (to) => {
    const { head } = rotated(acceptRotation(afterTwo, to))
    expect(head.status).toEqual({ kind: 'rotated', to: to.primary })
    expect(() => createEvent(head, add('dns:example.org'), start + 10 * MINUTE, key)).toThrow(coded('identity_ended'))
    expect(() => createEvent(head, revoke(key.primary), start + 10 * MINUTE, key)).toThrow(coded('identity_ended'))
  })

  it('may be the first event of a chain', () => {
    const none = emptyChain(key.primary)
    const { envelope } = rotated(acceptRotation(none, newKey), none)
    expect(validateChain([envelope]).status).toEqual({ kind: 'rotated', to: newKey.primary })
  })

  it.each([
    ['for another head', acceptRotation({ ...afterTwo, head: envelopeHash(two[0]) }, newKey), 'invalid'],
    ['for an empty chain', acceptRotation({ primary: key.primary }, newKey), 'invalid'],
    ['for the chain of another key', acceptRotation({ ...afterTwo, primary: nostrKey.primary }, newKey), 'invalid'],
  ])('with a consent %s is refused', (_, acceptance, code) => {
    expect(() => rotated(acceptance)).toThrow(coded(code))
  })

  it('with the consent of a third key is refused', () => {
    const acceptance = acceptRotation(afterTwo, nostrKey)
    const event = raw({ op: 'rotate', payload: { new_primary: newKey.primary, acceptance } })
    expect(() => validateAppend(afterTwo, event)).toThrow(coded('key_mismatch'))
  })

  it('with a consent the old key signed in the name of the new one is refused', () => {
    const { payload } = acceptRotation(afterTwo, newKey)
    const forged = signEnvelope('rotation_acceptance', { ...payload, primary: key.primary }, key)
    const named = { ...forged, payload, signature: { ...forged.signature, key: newKey.primary } }
    const event = raw({ op: 'rotate', payload: { new_primary: newKey.primary, acceptance: named } })
    expect(() => validateAppend(afterTwo, event)).toThrow(coded('invalid_signature'))
  })

  it('with a consent that says more than it should is refused', () => {
    const { payload } = acceptRotation(afterTwo, newKey)
    const acceptance = signEnvelope('rotation_acceptance', { ...payload, note: 'x' }, newKey)
    const event = raw({ op: 'rotate', payload: { new_primary: newKey.primary, acceptance } })
    expect(() => validateAppend(afterTwo, event)).toThrow(coded('malformed'))
  })

  it('to the same key is not consented to', () => {
    expect(() => acceptRotation(afterTwo, key)).toThrow(coded('invalid'))
  })
})

describe('a key that revokes itself', () => {
  it('has ended, and its subjects are no business of that event', () => {
    const { events, head } = grow([add('dns:example.org'), revoke(key.primary)])
    const chain = validateChain(events)
    expect(chain.status).toEqual({ kind: 'revoked' })
    expect([...chain.subjects.keys()]).toEqual(['dns:example.org'])
    expect(() => createEvent(head, add('dns:a.example'), start + 9 * MINUTE, key)).toThrow(coded('identity_ended'))
    const acceptance = acceptRotation(head, newKey)
    expect(() => createEvent(head, { op: 'rotate', acceptance }, start + 9 * MINUTE, key)).toThrow(
      coded('identity_ended'),
    )
  })
})
