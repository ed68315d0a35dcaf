import { allParts, openFile, sealFile } from './file-record.ts'
import { messageTag, openMessage, sealMessage } from './message.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

/** Marks files as damaged that are said to be whole and lack a part, with the messages that point to them. */
export const markBrokenFiles = async ({ db, rest }: Store): Promise<void> => {
  for (const tag of await db.getAllKeys('files')) {
    await transact(db, ['files', 'file_parts', 'messages'], async (tx) => {
      const row = await tx.objectStore('files').get(tag)
      const file = row && whole(() => openFile(rest, row))
      if (!row || file?.state !== 'whole') return
      const keys = await tx.objectStore('file_parts').getAllKeys(allParts(tag))
      if (keys.filter(([, i]) => i >= 0).length >= file.n) return
      await tx.objectStore('files').put(sealFile(rest, { ...row, open: false }, { ...file, state: 'damaged' }))
      const messages = tx.objectStore('messages')
      for (const author of ['own', file.from] as const) {
        const n = await messages.index('inner').getKey(messageTag(rest, file.inner_id ?? '', author))
        const found = n === undefined ? undefined : await messages.get(n)
        if (!found) continue
        const { v: _version, n: _n, ...message } = openMessage(rest, found)
        const box = sealMessage(rest, found.conversation, { ...message, file: { ...message.file, state: 'damaged' } })
        await messages.put({ ...found, box })
      }
    })
  }
}
