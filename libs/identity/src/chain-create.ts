import {
  type Appended,
  EVENT_KIND,
  type SigchainEvent,
  type SigchainEventPayload,
  validateAppend,
} from './chain-append.ts'
import type { ChainHead } from './chain-head.ts'
import type { Claim } from './claim.ts'
import { normaliseIdentifier } from './identifier.ts'
import type { RotationAcceptance } from './rotation.ts'
import { signEnvelope } from './signed-envelope.ts'
import type { Signer } from './signing-key.ts'
import { formatShortTimestamp } from './timestamp.ts'

/** What an event shall do; subjects as a person types them. */
export type NewChange =
  | { readonly op: 'add'; readonly subject: string; readonly claim?: Claim }
  | { readonly op: 'revoke'; readonly subject: string; readonly reason?: string }
  | { readonly op: 'rotate'; readonly acceptance: RotationAcceptance }
  | { readonly op: 'add_device'; readonly device: string; readonly name?: string }

const opPayload = (change: NewChange): object => {
  switch (change.op) {
    case 'add': {
      const subject = normaliseIdentifier(change.subject)
      return change.claim === undefined ? { subject } : { subject, claim: change.claim }
    }
    case 'revoke': {
      const subject = normaliseIdentifier(change.subject)
      return change.reason === undefined ? { subject } : { subject, reason: change.reason }
    }
    case 'rotate':
      return { new_primary: change.acceptance.payload.primary, acceptance: change.acceptance }
    case 'add_device': {
      const { device, name } = change
      return name === undefined ? { device } : { device, name }
    }
  }
}

/**
 * Signs the next event of a chain and checks it as anybody will: what comes back is accepted by `validateAppend`.
 * Revoking the key's own primary, like rotating, ends the chain for ever.
 * @param createdAt unix milliseconds, not before the last event
 * @throws IdentityError as `validateAppend`: what the chain's rules forbid is not signed into existence
 */
export const createEvent = (
  head: ChainHead,
  change: NewChange,
  createdAt: number,
  key: Signer,
): Appended & { readonly envelope: SigchainEvent } => {
  const payload: SigchainEventPayload = {
    type: EVENT_KIND.type,
    version: EVENT_KIND.version,
    primary: key.primary,
    seq: head.length,
    ...(head.head === undefined ? {} : { prev: head.head }),
    created_at: formatShortTimestamp(createdAt),
    op: change.op,
    payload: opPayload(change),
  }
  const envelope = signEnvelope(EVENT_KIND.kez, payload, key)
  return { envelope, ...validateAppend(head, envelope) }
}
