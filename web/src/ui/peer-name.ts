import type { Conversation } from '../storage/conversation.ts'
import { shortKey } from './identicon.ts'

/** How a peer is called: by the confirmed handle (short when it is of our own server), else by a piece of the key. */
export const nameOf = ({ handle, primary }: Conversation, ownServer: string | undefined): string => {
  if (handle === undefined) return shortKey(primary)
  const [name = '', server] = handle.split('@')
  return server === ownServer ? name : handle
}
