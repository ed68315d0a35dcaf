import { type PrimaryId, parsePrimary } from '@kez-chat/identity'
import { isLater } from '@kez-chat/messaging'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import { StorageError } from './errors.ts'

/** What is kept of a conversation beside whose it is. */
export const ConversationFacts = z.object({
  /** `handle@server` that the peer's messages name; shown only once it is confirmed. */
  claimed: z.string().optional(),
  /** `handle@server` that a lookup has confirmed for this key. */
  handle: z.string().optional(),
  unread: z.int().min(0),
  /** The number of the first message that is unread: one that came late may stand before others that were read. */
  unread_from: z.number().optional(),
  created_at: z.number(),
  /** Hash of the last inner we wrote here: the next one names it. */
  own_head: z.string().optional(),
  /**
   * A stranger's first message makes a `request`: nothing is acknowledged before it is accepted, nothing taken once it is
   * blocked. Absent = accepted, as was every conversation before there were requests.
   */
  standing: z.enum(['request', 'accepted', 'blocked']).optional(),
  /** No notification, no count in the title: until it is taken back. */
  muted: z.boolean().optional(),
  /** The same until then, unix ms; taken out once it is over. */
  muted_until: z.number().optional(),
  archived: z.boolean().optional(),
  /** After how many seconds messages vanish here, 0 = never; which of the two set it, when, and under which inner id. */
  timer: z.object({ ttl: z.int().min(0), at: z.number(), id: z.string(), own: z.boolean() }).optional(),
  /** What was last thought of a message: by whom, when, under which inner id, and of which (its tag). */
  reacted: z.object({ own: z.boolean(), at: z.number(), id: z.string(), target: z.string() }).optional(),
  /** Their bound nostr key (hex), from a lookup: finds the relays they advertise. */
  nostr: z.string().optional(),
  /** The token of their invitation, which what we write carries until they answer. */
  invitation: z.string().optional(),
  /** They came by an invitation of ours. */
  invited: z.boolean().optional(),
  /** The relay their last message came by: where they like to be answered. */
  via_relay: z.string().optional(),
})
const Record = ConversationFacts.extend({ v: z.literal(1), primary: z.string() })
type Record = z.infer<typeof Record>

/** Talk with one key, in one place. `tag` names it in indexes and in the address bar. */
export type Conversation = Readonly<Omit<Record, 'v' | 'primary'>> & {
  readonly tag: string
  readonly primary: PrimaryId
}

export const conversationTag = (rest: AtRest, primary: PrimaryId): string => rest.tag('conversation', primary)

export const newConversation = (rest: AtRest, primary: PrimaryId, now: number): Conversation => ({
  tag: conversationTag(rest, primary),
  primary,
  unread: 0,
  created_at: now,
})

type Row = { tag: string; box: Uint8Array<ArrayBuffer> }

export const sealConversation = (rest: AtRest, { tag, ...rest_ }: Conversation): Row => ({
  tag,
  box: rest.seal(`conversations/${tag}`, { v: 1, ...rest_ }),
})

export const openConversation = (rest: AtRest, { tag, box }: Row): Conversation => {
  const parsed = Record.safeParse(rest.open(`conversations/${tag}`, box))
  if (!parsed.success) throw new StorageError('damaged', 'a conversation is not as it was written')
  const { v: _version, primary, ...facts } = parsed.data
  return { tag, primary: parsePrimary(primary), ...facts }
}

/** The timer of a conversation after somebody has set it: the later one counts, whichever comes first. */
export const withTimer = (known: Conversation, timer: NonNullable<Conversation['timer']>): Conversation =>
  isLater(timer, known.timer) ? { ...known, timer } : known

/** What a conversation tells of reactions after one more. */
export const withReaction = (known: Conversation, reacted: NonNullable<Conversation['reacted']>): Conversation =>
  isLater(reacted, known.reacted) ? { ...known, reacted } : known
