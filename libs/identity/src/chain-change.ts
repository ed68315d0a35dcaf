import { type AnyPrimary, isAnyPrimary } from './any-primary.ts'
import { readClaim, type VerifiedClaim } from './claim.ts'
import { IdentityError } from './errors.ts'
import { formatIdentifier, parseIdentifier } from './identifier.ts'
import { hasExactly, isRecord, type JsonRecord } from './record.ts'
import { type RotationPoint, verifyAcceptance } from './rotation.ts'

/** What a sigchain event does (protocol §1); subjects in their normal form. */
export type ChainChange =
  | { readonly op: 'add'; readonly subject: string; readonly claim?: VerifiedClaim }
  | { readonly op: 'revoke'; readonly subject: string; readonly reason?: string }
  | { readonly op: 'rotate'; readonly newPrimary: AnyPrimary }
  | { readonly op: 'add_device'; readonly device: string; readonly name?: string }

const LONGEST_LINE = 512
const LINE = /^[^\p{C}]+$/u

const malformed = (message: string): IdentityError => new IdentityError('malformed', message)
const isLine = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_LINE && LINE.test(value)

const subjectOf = (payload: JsonRecord): string => {
  if (typeof payload.subject !== 'string') throw malformed('subject is an identifier')
  return formatIdentifier(parseIdentifier(payload.subject))
}

const lineOf = (payload: JsonRecord, name: string): string => {
  const line = payload[name]
  if (!isLine(line)) throw malformed(`${name} is one line of text, of at most ${LONGEST_LINE} characters`)
  return line
}

const add = (payload: JsonRecord, { primary }: RotationPoint): ChainChange => {
  if (!hasExactly(payload, ['subject'], ['claim'])) throw malformed('the payload of add is { subject, claim? }')
  const subject = subjectOf(payload)
  if (subject === primary) throw new IdentityError('invalid', 'a chain cannot add its own key')
  if (!Object.hasOwn(payload, 'claim')) return { op: 'add', subject }
  const claim = readClaim(payload.claim)
  if (claim.primary !== primary) throw new IdentityError('key_mismatch', "the claim is by another key than the chain's")
  if (claim.subject !== subject) throw new IdentityError('invalid', 'the claim is about another subject')
  return { op: 'add', subject, claim }
}

const revoke = (payload: JsonRecord): ChainChange => {
  if (!hasExactly(payload, ['subject'], ['reason'])) throw malformed('the payload of revoke is { subject, reason? }')
  const reason = Object.hasOwn(payload, 'reason') ? { reason: lineOf(payload, 'reason') } : {}
  return { op: 'revoke', subject: subjectOf(payload), ...reason }
}

const rotate = (payload: JsonRecord, old: RotationPoint): ChainChange => {
  if (!hasExactly(payload, ['new_primary', 'acceptance'])) {
    throw malformed('the payload of rotate is { new_primary, acceptance }')
  }
  const newPrimary = payload.new_primary
  if (!isAnyPrimary(newPrimary)) throw malformed('new_primary is a primary')
  if (newPrimary === old.primary) throw new IdentityError('invalid', 'a key cannot be rotated to itself')
  verifyAcceptance(payload.acceptance, newPrimary, old)
  return { op: 'rotate', newPrimary }
}

const addDevice = (payload: JsonRecord): ChainChange => {
  if (!hasExactly(payload, ['device'], ['name'])) throw malformed('the payload of add_device is { device, name? }')
  const name = Object.hasOwn(payload, 'name') ? { name: lineOf(payload, 'name') } : {}
  return { op: 'add_device', device: lineOf(payload, 'device'), ...name }
}

/**
 * Reads what an event at the end `at` of a chain does, and checks the signatures inside it.
 * @throws IdentityError `malformed`, `invalid`, and what `readClaim` and `verifyAcceptance` throw
 */
export const readChange = (op: unknown, payload: unknown, at: RotationPoint): ChainChange => {
  if (!isRecord(payload)) throw malformed('the payload of an event is an object')
  switch (op) {
    case 'add':
      return add(payload, at)
    case 'revoke':
      return revoke(payload)
    case 'rotate':
      return rotate(payload, at)
    case 'add_device':
      return addDevice(payload)
    default:
      throw malformed('op is add, revoke, rotate or add_device')
  }
}
