import { isHex, isRecord, type JsonRecord, jcs, type PrimaryId, parseJson } from '@kez-chat/identity'
import { addressOf } from '../address.ts'
import { MAX_ENVELOPE_BYTES } from '../envelope.ts'
import { MessageError } from '../errors.ts'
import { asMessageErrors } from '../identity-errors.ts'
import type { TransportKey } from '../transport-key.ts'
import type { NostrEvent } from './event.ts'
import { expiresAt } from './event-time.ts'
import { KIND_ACK, KIND_MESSAGE } from './kinds.ts'
import { signEvent } from './sign-event.ts'
import { onlyTag } from './tags.ts'

/** A sealed message on its way to relays. */
export interface MessageEventDraft {
  /** The sealed envelope: a relay gets the same bytes as the home server. */
  readonly envelope: object
  readonly to: PrimaryId
  /** Unix milliseconds. */
  readonly at: number
  /** False for chunks and acks, which must not wake a device. Default true. */
  readonly wake?: boolean
  /** Until when relays should keep it; unix milliseconds. */
  readonly expiresAt?: number
}

/**
 * A message as an event of kind 4242 (protocol §4).
 * @param author a fresh key, or the transport key for a relay that refuses unknown authors
 * @throws MessageError `malformed`, `too_large`
 */
export const createMessageEvent = (draft: MessageEventDraft, author: TransportKey): NostrEvent => {
  const tags = [['q', addressOf(draft.to)]]
  if (draft.wake === false) tags.push(['wake', '0'])
  if (draft.expiresAt !== undefined) tags.push(['expiration', String(Math.ceil(draft.expiresAt / 1_000))])
  const content = asMessageErrors(() => jcs(draft.envelope, { maxBytes: MAX_ENVELOPE_BYTES }))
  return signEvent({ kind: KIND_MESSAGE, tags, content }, draft.at, author)
}

/**
 * The address of the person an event of kind 4242 or 4244 is for: its one `q` tag. With several, one event could fill
 * many mailboxes.
 * @throws MessageError `wrong_kind`, `malformed`
 */
export const addressOfEvent = (event: NostrEvent): string => {
  if (event.kind !== KIND_MESSAGE && event.kind !== KIND_ACK) {
    throw new MessageError('wrong_kind', 'neither a message nor an acknowledgement')
  }
  const address = onlyTag(event, 'q')
  if (!isHex(address, 32)) throw new MessageError('malformed', 'q is not an address')
  return address
}

/** Whether a device should be woken for it: a message that does not say otherwise. */
export const wakes = (event: NostrEvent): boolean =>
  event.kind === KIND_MESSAGE && !event.tags.some(([name, value]) => name === 'wake' && value === '0')

/** What an event of kind 4242 carries. */
export interface CarriedMessage {
  /** Whom it is for. */
  readonly address: string
  readonly wake: boolean
  /** Unix milliseconds. */
  readonly expiresAt?: number
  /** The sealed envelope as JSON, of whatever version: `open` judges it, `outerId` names it. */
  readonly envelope: JsonRecord
}

/**
 * Reads a message event (protocol §4). The envelope is not looked into.
 * @throws MessageError `wrong_kind`, `malformed`, `too_large`
 */
export const readMessageEvent = (event: NostrEvent): CarriedMessage => {
  if (event.kind !== KIND_MESSAGE) throw new MessageError('wrong_kind', 'not a message')
  const address = addressOfEvent(event)
  const expiry = expiresAt(event)
  const envelope = asMessageErrors(() => parseJson(event.content, MAX_ENVELOPE_BYTES))
  if (!isRecord(envelope)) throw new MessageError('malformed', 'the content is not an envelope')
  return { address, wake: wakes(event), envelope, ...(expiry === undefined ? {} : { expiresAt: expiry }) }
}
