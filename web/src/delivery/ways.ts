import { serverOf } from '../requests/state.ts'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { t } from '../strings/index.ts'

/** What is needed to name a way: which server is whose home. */
export type Ways = {
  /** The own home server. */
  readonly own: string | undefined
  /** That of the other side. */
  readonly peer: string | undefined
  /** Whether there is more than one way at all. */
  readonly several: boolean
}

/** A relay's URL as people know it: its host, with a path if it has one. */
export const hostOf = (url: string): string => url.replace(/^wss?:\/\//, '')

/** `home`, or the URL of a relay, by name: what goes out is taken by the other side's server, what comes in by ours. */
export const wayName = (via: string, { own, peer }: Ways, received: boolean): string =>
  via === 'home' ? ((received ? own : peer) ?? t.delivery.someHome) : hostOf(via)

/** The ways between us and somebody. */
export const waysOf = (session: Session, conversation: Conversation): Ways => ({
  own: session.account.value?.server,
  peer: serverOf(conversation),
  several: session.choices.value.relays.length > 0,
})
