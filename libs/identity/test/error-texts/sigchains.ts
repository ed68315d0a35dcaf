import {
  acceptRotation,
  createClaim,
  createEvent,
  emptyChain,
  formatTimestamp,
  signEnvelope,
  validateAppend,
  validateChain,
} from '../../src/index.ts'
import { at, base, claim, key, newKey, nostrKey } from './fixtures.ts'
import type { Refusal } from './refusal.ts'

const foreignClaim = createClaim({ subject: 'github:alice', createdAt: at }, newKey)
const none = emptyChain(key.primary)
const first = createEvent(none, { op: 'add', subject: 'github:alice' }, at, key)
const eventFields = {
  ...base,
  type: 'kez.sigchain.event',
  seq: 1,
  prev: first.head.head,
  op: 'add',
  payload: { subject: 'dns:example.org' },
}
const append = (fields: object, now?: number) =>
  validateAppend(first.head, signEnvelope('sigchain_event', { ...eventFields, ...fields }, key), now)
const ended = (change: Parameters<typeof createEvent>[1]) => {
  const { head } = createEvent(first.head, change, at, key)
  return createEvent(head, { op: 'add', subject: 'dns:example.org' }, at, key)
}
const consent = acceptRotation(first.head, newKey)
const rotate = (acceptance: unknown, newPrimary: unknown = newKey.primary) =>
  append({ op: 'rotate', payload: { new_primary: newPrimary, acceptance } })
const consentWith = (fields: object) => signEnvelope('rotation_acceptance', { ...consent.payload, ...fields }, newKey)

/** Sigchains. */
export const sigchainsRefusals: readonly Refusal[] = [
  [() => validateChain([]), 'malformed', 'a chain has at least one event'],
  [() => validateChain([{}]), 'malformed', 'event 0: an event names its primary'],
  [() => validateChain([first.envelope, {}]), 'malformed', 'event 1: an envelope is { kez, payload, signature }'],
  [
    () => append({ note: 1 }),
    'malformed',
    'an event is { type, version, primary, seq, prev?, created_at, op, payload }',
  ],
  [
    () => validateAppend(emptyChain(nostrKey.primary), first.envelope),
    'key_mismatch',
    'the event belongs to the chain of another key',
  ],
  [() => append({ seq: '1' }), 'malformed', 'seq is a whole number'],
  [() => append({ seq: 0 }), 'chain_conflict', 'the next event of this chain is 1'],
  [() => append({ prev: 1 }), 'malformed', 'prev is a hash'],
  [
    () => append({ prev: 'x' }),
    'chain_conflict',
    `prev does not name the last event of this chain: it is ${first.head.head}`,
  ],
  [
    () => validateAppend(none, signEnvelope('sigchain_event', { ...eventFields, seq: 0 }, key)),
    'chain_conflict',
    'prev does not name the last event of this chain: it is absent, for the chain is empty',
  ],
  [() => append({ created_at: 1 }), 'malformed', 'created_at is a time'],
  [() => append({ created_at: formatTimestamp(at - 1) }), 'invalid', 'the event is dated before the one it follows'],
  [() => append({}, at - 3_600_000), 'stale_timestamp', 'the event is dated in the future'],
  [() => append({ op: 'x' }), 'malformed', 'op is add, revoke, rotate or add_device'],
  [() => append({ payload: 1 }), 'malformed', 'the payload of an event is an object'],
  [() => append({ payload: {} }), 'malformed', 'the payload of add is { subject, claim? }'],
  [() => append({ payload: { subject: 1 } }), 'malformed', 'subject is an identifier'],
  [() => append({ payload: { subject: key.primary } }), 'invalid', 'a chain cannot add its own key'],
  [
    () => append({ payload: { subject: 'github:alice', claim: foreignClaim } }),
    'key_mismatch',
    "the claim is by another key than the chain's",
  ],
  [() => append({ payload: { subject: 'github:bob', claim } }), 'invalid', 'the claim is about another subject'],
  [() => append({ op: 'revoke', payload: {} }), 'malformed', 'the payload of revoke is { subject, reason? }'],
  [
    () => append({ op: 'revoke', payload: { subject: 'github:a', reason: '' } }),
    'malformed',
    'reason is one line of text, of at most 512 characters',
  ],
  [() => append({ op: 'add_device', payload: {} }), 'malformed', 'the payload of add_device is { device, name? }'],
  [() => append({ op: 'rotate', payload: {} }), 'malformed', 'the payload of rotate is { new_primary, acceptance }'],
  [() => rotate(consent, 'github:alice'), 'malformed', 'new_primary is a primary'],
  [() => rotate(consent, key.primary), 'invalid', 'a key cannot be rotated to itself'],
  [() => acceptRotation(first.head, key), 'invalid', 'a key cannot be rotated to itself'],
  [
    () => rotate(consentWith({ note: 1 })),
    'malformed',
    'an acceptance is { type, version, old_primary, primary, chain_head? }',
  ],
  [
    () => rotate(acceptRotation(first.head, nostrKey)),
    'key_mismatch',
    'the acceptance is by another key than new_primary',
  ],
  [() => rotate(consentWith({ old_primary: nostrKey.primary })), 'invalid', 'the acceptance is for another old key'],
  [() => rotate(acceptRotation(none, newKey)), 'invalid', 'the acceptance is for another head of the chain'],
  [
    () => ended({ op: 'rotate', acceptance: consent }),
    'identity_ended',
    `this key was rotated to ${newKey.primary}: it appends nothing more`,
  ],
  [
    () => ended({ op: 'revoke', subject: key.primary }),
    'identity_ended',
    'this key was revoked by itself: it appends nothing more',
  ],
]
