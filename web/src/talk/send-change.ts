import {
  type Change,
  changeOf,
  deleteBody,
  editBody,
  type MessageRef,
  reactBody,
  type TextBody,
  timerBody,
} from '@kez-chat/messaging'
import type { Session } from '../session/session.ts'
import { changesOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { storeOutgoing } from '../storage/outgoing.ts'
import { storeChange } from '../storage/sent-change.ts'
import { clean, sealInTurn } from '../thread/send.ts'

/** Something to do to a message. */
export type Deed =
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'react'; readonly emoji?: string }

const bodyOf = (ref: MessageRef, deed: Deed, ttl: number | undefined): TextBody => {
  const vanishing = ttl === undefined ? {} : { ttl }
  switch (deed.kind) {
    case 'edit':
      return editBody(ref.id, clean(deed.text), vanishing)
    case 'delete':
      return deleteBody(ref.id)
    case 'react':
      return reactBody(ref, deed.emoji, vanishing)
  }
}

/** Clocks are put right now and then: what is done after something comes after it. */
const timeAfter = (message: StoredMessage, now: number): number => {
  const { versions, reactions } = changesOf(message)
  const last = Math.max(message.at - 1, ...[...versions, ...reactions].map(({ at }) => at))
  // Not so far ahead that the other side would have to wait for it.
  return last >= now && last - now < 60_000 ? last + 1 : now
}

/**
 * Does something to a message, here at once and on the other side when it comes there. False when that is not possible
 * any more, or makes no difference.
 */
export const sendChange = (
  session: Session,
  tag: string,
  ref: MessageRef,
  message: StoredMessage,
  deed: Deed,
): Promise<boolean> => {
  const sentAt = timeAfter(message, session.now())
  const { expires_at: end } = message
  const ttl = end === undefined ? undefined : Math.max(1, Math.floor((end - sentAt) / 1_000))
  const body = bodyOf(ref, deed, ttl)
  return sealInTurn(
    session,
    tag,
    () => body,
    async (prepared) => {
      const change: Change | undefined = changeOf({ inner: prepared.inner, body, sentAt })
      return change !== undefined && storeChange(session.store, prepared, change)
    },
    sentAt,
  )
}

/** Sets after how many seconds messages of a conversation vanish; 0 = never. */
export const sendTimer = async (session: Session, tag: string, ttl: number): Promise<void> => {
  await sealInTurn(
    session,
    tag,
    () => timerBody(ttl),
    (prepared) => storeOutgoing(session.store, prepared),
  )
}
