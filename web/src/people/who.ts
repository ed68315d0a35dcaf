import type { PrimaryId } from '@kez-chat/identity'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { personTag } from '../storage/person.ts'

/** Somebody whose server can be asked. */
export type Who = { readonly tag: string; readonly primary: PrimaryId; readonly handle: string }

/** Undefined as long as no server has confirmed a handle: then there is nobody to ask. */
export const whoIs = ({ tag, primary, handle }: Conversation): Who | undefined =>
  handle === undefined ? undefined : { tag, primary, handle }

/** The person at this device. */
export const ownWho = ({ store, key, account }: Session): Who | undefined => {
  const own = account.value
  if (!own) return undefined
  return { tag: personTag(store.rest, key.primary), primary: key.primary, handle: `${own.handle}@${own.server}` }
}
