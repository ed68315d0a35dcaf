import { type Change, createReplayGuard, innerHash, MAX_MESSAGE_AGE_MS } from '@kez-chat/messaging'
import { anew, type Prepared } from '@kez-chat/nostr-client'
import type { AtRest } from './at-rest.ts'
import { afterChange, changesOf } from './changed.ts'
import { conversationTag, openConversation, sealConversation, withReaction } from './conversation.ts'
import { StorageError } from './errors.ts'
import { forgetTables, forgottenWith, outgoingTag } from './forget-message.ts'
import { messageTag, type NewMessage, sealMessage, type Unsent } from './message.ts'
import { isMisdated, openOutgoing, sealOutgoing } from './outgoing.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { type ChangedTables, contentOf, findNamed, putChanged } from './take-change.ts'
import { transact } from './transact.ts'
import { openChange, sealChange } from './waiting-changes.ts'

/** What is used of the stores `messages` and `changes`, inside whatever transaction. */
export type SentChangeTables = Pick<ChangedTables, 'messages' | 'changes'>

/** How a change of ours stands: `taken` by a way, so that nothing more is to be told. */
type Standing = 'taken' | Pick<Unsent, 'state' | 'code'>

const withUnsent = ({ unsent = [], ...message }: NewMessage, { id, kind }: Change, standing: Standing): NewMessage => {
  const others = unsent.filter((one) => one.id !== id)
  const all = standing === 'taken' ? others : [...others, { id, kind, ...standing }]
  return { ...message, ...(all.length > 0 ? { unsent: all } : {}) }
}

/**
 * Writes down with its message how a change of ours stands, in a transaction of the caller. Returns the conversation, or
 * undefined for one that is not known, or was taken before.
 */
export const changeStanding = async (
  { messages, changes }: SentChangeTables,
  rest: AtRest,
  innerId: string,
  next: (sentAt: number) => Standing,
): Promise<string | undefined> => {
  const [row] = await changes.index('inner').getAll(messageTag(rest, innerId, 'own'))
  if (!row) return undefined
  const { change, peer } = openChange(rest, row)
  const standing = next(change.at)
  const whose = { conversation: row.conversation, own: change.from, peer }
  const target = await findNamed(messages, rest, whose, change.target)
  if (target) {
    const message = withUnsent(contentOf(rest, target), change, standing)
    await messages.put({ ...target, box: sealMessage(rest, row.conversation, message) })
  }
  if (standing === 'taken') await changes.delete(row.n ?? 0)
  return row.conversation
}

/**
 * Does something to a message here and stores it with its sealed envelope, before anything is sent. False when the message
 * is gone, or it is too late for that.
 */
export const storeChange = ({ db, rest }: Store, { inner, record }: Prepared, change: Change): Promise<boolean> =>
  transact(db, [...forgottenWith, 'conversations'], async (tx) => {
    const conversation = conversationTag(rest, inner.to)
    const tables = forgetTables(tx)
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(conversation)
    if (!row) throw new StorageError('damaged', 'the conversation is gone')
    const target = await findNamed(
      tables.messages,
      rest,
      { conversation, own: inner.from, peer: inner.to },
      change.target,
    )
    const next = target && afterChange(contentOf(rest, target), change.target.from, change)
    if (!target || !next) return false
    await putChanged(tables, rest, target, withUnsent(next, change, { state: 'sending' }))
    const named = { conversation, target: target.inner ?? '', inner: messageTag(rest, inner.id, 'own') }
    await tables.changes.add(
      sealChange(rest, { ...named, until: change.at + MAX_MESSAGE_AGE_MS }, { change, peer: inner.to }),
    )
    const known = { ...openConversation(rest, row), standing: 'accepted' as const, own_head: innerHash(inner) }
    const { at, id } = change
    const reacted =
      change.kind === 'react' ? withReaction(known, { own: true, at, id, target: target.inner ?? '' }) : known
    await conversations.put(sealConversation(rest, reacted))
    const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
    await guard.remember({ from: inner.from, innerId: inner.id, sentAt: record.sent_at })
    await tx.objectStore('outgoing').put(sealOutgoing(rest, { held: false, record }))
    return true
  })

/**
 * Lets a change that every way had refused try again: the same bytes. False when it is too old, or nothing is kept of it:
 * then it has to be made anew.
 */
export const releaseChange = ({ db, rest }: Store, innerId: string, now: number): Promise<boolean> =>
  transact(db, ['messages', 'changes', 'outgoing'], async (tx) => {
    const waiting = await tx.objectStore('outgoing').get(outgoingTag(rest, innerId))
    if (!waiting) return false
    const { held, record } = openOutgoing(rest, waiting)
    if (now - record.sent_at > MAX_MESSAGE_AGE_MS || isMisdated(record, now)) return false
    if (!held) return true
    await tx.objectStore('outgoing').put(sealOutgoing(rest, { held: false, record: anew(record, now) }))
    const tables = { messages: tx.objectStore('messages'), changes: tx.objectStore('changes') }
    await changeStanding(tables, rest, innerId, () => ({ state: 'sending' }))
    return true
  })

/** A message without a change of ours; what was deleted does not come back. */
const without = (message: NewMessage, { id, kind }: Change): NewMessage => {
  const before = changesOf(message)
  if (kind === 'delete') return message
  const reactions = before.reactions.filter((reaction) => reaction.id !== id)
  const versions = before.versions.filter((version) => version.id !== id)
  const text = versions.at(-1)?.text ?? message.original ?? message.body.text
  const { original, ...rest } = message
  return {
    ...rest,
    changes: { ...before, reactions, versions },
    ...(versions.length > 0 && original !== undefined ? { original } : {}),
    ...(kind === 'edit' ? { body: { ...message.body, text } } : {}),
  }
}

/** Gives up a change of ours that nothing has taken: here too it is as if it had not been made. */
export const undoChange = ({ db, rest }: Store, innerId: string): Promise<void> =>
  transact(db, [...forgottenWith], async (tx) => {
    const tables = forgetTables(tx)
    const [row] = await tables.changes.index('inner').getAll(messageTag(rest, innerId, 'own'))
    if (!row) return
    const { change, peer } = openChange(rest, row)
    const whose = { conversation: row.conversation, own: change.from, peer }
    const target = await findNamed(tables.messages, rest, whose, change.target)
    if (target) {
      const message = withUnsent(without(contentOf(rest, target), change), change, 'taken')
      await putChanged(tables, rest, target, message)
    }
    await tables.changes.delete(row.n ?? 0)
    await tables.outgoing.delete(outgoingTag(rest, innerId))
  })
