import { isPrimaryId, isRecord, type JsonRecord, type PrimaryId } from '@kez-chat/identity'
import { count, hex, malformed, text } from './body-fields.ts'
import { isEmoji } from './emoji.ts'

/** Longest time after which a message may vanish, in seconds: a year. */
export const MAX_TTL_S = 366 * 24 * 3_600
/** Shortest time that a conversation can be set to, in seconds. */
export const MIN_TIMER_S = 60

/** One message of a conversation: inner ids are each author's own. */
export interface MessageRef {
  /** Inner id, 32 hex digits. */
  readonly id: string
  /** Who wrote it. */
  readonly from: PrimaryId
}

/** A reaction to a message: `emoji` takes the place of the reader's one before; without it that is taken back. */
export interface Reaction extends MessageRef {
  readonly emoji?: string
}

/**
 * Something written, or something done to what was written (protocol §3). At most one of the further members is there; whoever knows
 * none of them shows `text`, and is told something sensible.
 */
export interface TextBody {
  readonly type: 'text'
  readonly text: string
  /** What it answers. */
  readonly reply?: MessageRef
  /** `text` takes the place of the text of this message, by the same author. */
  readonly edit?: { readonly id: string }
  /** This message, by the same author, is taken back. */
  readonly delete?: { readonly id: string }
  readonly react?: Reaction
  /** From now on messages here vanish so many seconds after they were sent; 0 = never. */
  readonly timer?: { readonly ttl: number }
  /** Seconds after `sent_at` at which it vanishes. */
  readonly ttl?: number
  /** Token of an invitation of the reader's, 32 hex digits: the writer was asked to write (protocol §8). */
  readonly invitation?: string
}

const record = (value: unknown, what: string): JsonRecord => {
  if (!isRecord(value)) throw malformed(`${what} is not an object`)
  return value
}

const ref = (value: unknown, what: string): MessageRef => {
  const { id, from } = record(value, what)
  if (!isPrimaryId(from)) throw malformed(`${what} names no author`)
  return { id: hex(id, 16, `the id of ${what}`), from }
}

const own = (value: unknown, what: string): { readonly id: string } => ({
  id: hex(record(value, what).id, 16, `the id of ${what}`),
})

const reaction = (value: unknown): Reaction => {
  const { emoji } = record(value, 'react')
  const to = ref(value, 'react')
  if (emoji === undefined) return to
  if (typeof emoji !== 'string' || !isEmoji(emoji)) throw malformed('a reaction is one emoji')
  return { ...to, emoji }
}

const timer = (value: unknown): { readonly ttl: number } => {
  const { ttl } = record(value, 'timer')
  return { ttl: ttl === 0 ? 0 : count(ttl, MIN_TIMER_S, MAX_TTL_S, 'ttl of timer') }
}

const readers = {
  reply: (value: unknown) => ({ reply: ref(value, 'reply') }),
  edit: (value: unknown) => ({ edit: own(value, 'edit') }),
  delete: (value: unknown) => ({ delete: own(value, 'delete') }),
  react: (value: unknown) => ({ react: reaction(value) }),
  timer: (value: unknown) => ({ timer: timer(value) }),
}
const names = Object.keys(readers) as (keyof typeof readers)[]

/** After how long a message of any content vanishes. */
export const readTtl = ({ ttl }: JsonRecord): { readonly ttl?: number } =>
  ttl === undefined ? {} : { ttl: count(ttl, 1, MAX_TTL_S, 'ttl') }

const readInvitation = ({ invitation }: JsonRecord): { readonly invitation?: string } =>
  invitation === undefined ? {} : { invitation: hex(invitation, 16, 'invitation') }

/** @throws MessageError `malformed` */
export const parseText = (body: JsonRecord): TextBody => {
  const said = text(body.text, 'text')
  const [name, ...others] = names.filter((one) => body[one] !== undefined)
  if (others.length > 0) throw malformed('a text does one thing')
  return {
    type: 'text',
    text: said,
    ...(name ? readers[name](body[name]) : {}),
    ...readTtl(body),
    ...readInvitation(body),
  }
}
