import { type AnyPrimary, parseAnyPrimary } from './any-primary.ts'
import { validateAppend } from './chain-append.ts'
import { type ChainEvent, type ChainHead, emptyChain } from './chain-head.ts'
import type { VerifiedClaim } from './claim.ts'
import { IdentityError } from './errors.ts'
import { isRecord } from './record.ts'

/** What a chain says of one subject last. */
export interface SubjectState {
  readonly status: 'active' | 'revoked'
  /** `seq` of the event that says so. */
  readonly seq: number
  /** Its `created_at`, unix milliseconds. */
  readonly since: number
  /** The claim that came with an `add`, if one did. Whether it has expired is for the reader to see. */
  readonly claim?: VerifiedClaim
  /** Why it was revoked, if that was said. */
  readonly reason?: string
}

/** A whole sigchain that has passed every check. */
export interface Chain extends ChainHead {
  /** By subject in its normal form, oldest first. Not among them: the chain's own key, for which see `status`. */
  readonly subjects: ReadonlyMap<string, SubjectState>
}

/**
 * Takes what `event` says of a subject into `subjects`: the way to keep the subjects of a growing chain.
 * @param primary the chain's own
 */
export const recordSubject = (subjects: Map<string, SubjectState>, event: ChainEvent, primary: AnyPrimary): void => {
  const { change, seq, createdAt: since } = event
  if (change.op === 'add') {
    subjects.set(change.subject, { status: 'active', seq, since, ...(change.claim && { claim: change.claim }) })
  } else if (change.op === 'revoke' && change.subject !== primary) {
    const reason = change.reason === undefined ? {} : { reason: change.reason }
    subjects.set(change.subject, { status: 'revoked', seq, since, ...reason })
  }
}

const primaryOfFirst = (value: unknown): AnyPrimary => {
  const payload = isRecord(value) ? value.payload : undefined
  const primary = isRecord(payload) ? payload.primary : undefined
  if (typeof primary !== 'string') throw new IdentityError('malformed', 'an event names its primary')
  return parseAnyPrimary(primary)
}

const placed = (act: () => void, index: number): void => {
  try {
    act()
  } catch (cause) {
    if (!(cause instanceof IdentityError)) throw cause
    throw new IdentityError(
      cause.code,
      `event ${index}: ${cause.message}`,
      { ...cause.details, event: index },
      { cause },
    )
  }
}

/**
 * Validates a whole sigchain, in a time linear in its length: every event as `validateAppend` does.
 * @param primary whose chain it must be; without it, that of the first event, and an empty chain is refused
 * @throws IdentityError as `validateAppend`; `details.event` is the index of the event (from 0) that was refused
 */
export const validateChain = (events: Iterable<unknown>, primary?: AnyPrimary): Chain => {
  const subjects = new Map<string, SubjectState>()
  let head = primary === undefined ? undefined : emptyChain(primary)
  let index = 0
  for (const value of events) {
    placed(() => {
      const appended = validateAppend(head ?? emptyChain(primaryOfFirst(value)), value)
      recordSubject(subjects, appended.event, appended.head.primary)
      head = appended.head
    }, index)
    index += 1
  }
  if (head === undefined) throw new IdentityError('malformed', 'a chain has at least one event')
  return { ...head, subjects }
}

/** The subjects a chain stands by: added, and not revoked since. */
export const activeSubjects = ({ subjects }: Chain): string[] =>
  [...subjects].flatMap(([subject, { status }]) => (status === 'active' ? [subject] : []))
