import { openConversation, sealConversation } from './conversation.ts'
import { dropFile } from './drop-file.ts'
import { forgetChanges, forgetMessage, forgetTables, forgottenWith } from './forget-message.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

/**
 * Removes a conversation from this device: its messages and files, what waits to be sent, the draft, what is known of the person and
 * the record itself. The replay guard keeps what it knows, so nothing of it comes back. Of somebody blocked the bare
 * record stays, or the block would go with the history.
 */
export const deleteConversation = ({ db, rest }: Store, tag: string): Promise<void> =>
  transact(db, [...forgottenWith, 'conversations', 'links', 'steps', 'drafts', 'people', 'faces'], async (tx) => {
    const tables = forgetTables(tx)
    const messages = tx.objectStore('messages')
    for (const n of await messages.index('conversation').getAllKeys(tag)) await forgetMessage(tables, rest, n)
    await forgetChanges(tables, rest, 'conversation', tag)
    for (const file of await tx.objectStore('files').index('conversation').getAllKeys(tag)) {
      await dropFile(rest, tables, file)
    }
    await tx.objectStore('links').delete(tag)
    for (const step of await tx.objectStore('steps').index('conversation').getAllKeys(tag)) {
      await tx.objectStore('steps').delete(step)
    }
    await tx.objectStore('drafts').delete(tag)
    await tx.objectStore('people').delete(tag)
    await tx.objectStore('faces').delete(tag)
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(tag)
    const known = row && openConversation(rest, row)
    if (known?.standing === 'blocked') {
      const { own_head: _head, via_relay: _relay, reacted: _reacted, unread_from: _from, ...kept } = known
      await conversations.put(sealConversation(rest, { ...kept, unread: 0 }))
    } else await conversations.delete(tag)
  })
