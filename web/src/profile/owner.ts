import type { PrimaryId } from '@kez-chat/identity'
import type { MessagingKey, TransportKey } from '@kez-chat/messaging'

/** Somebody who may see the picture; `tag` names the conversation. */
export type Contact = { readonly tag: string; readonly primary: PrimaryId }

/** Whose profile it is. */
export type Owner = {
  readonly key: MessagingKey
  readonly transportKey: TransportKey
  readonly handle: string
  readonly server: string
}
