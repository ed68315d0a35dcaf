import type { FileKey, FileRecord, FileStore } from '@kez-chat/messaging'
import { conversationTag } from './conversation.ts'
import { allParts, type FileInParts, fileTag, onePart, openFile, openPart, sealFile, sealPart } from './file-record.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

const recordOf = ({ from, file_id: fileId, n, since, state, stranger, pointer }: FileInParts): FileRecord => ({
  ...{ from, fileId, n, since, state },
  ...(stranger ? { stranger } : {}),
  ...(pointer ? { pointer } : {}),
})

/**
 * Where files that come are put together. A whole one has its parts where they are to stay: it is the assembly alone that
 * forgets it. What the app has removed meanwhile stays removed. Nothing is written once the session has ended.
 */
export const incomingFileStore = ({ db, rest }: Store, ended: AbortSignal): FileStore => {
  /** What this store has written or read: a row that is not there any more was removed. */
  const known = new Set<string>()
  const conversationOf = ({ from }: FileKey): string => conversationTag(rest, from)
  const tagOf = (key: FileKey): string => fileTag(rest, conversationOf(key), 'peer', key.fileId)

  return {
    list: async () => {
      const tx = db.transaction(['files', 'file_parts'])
      const rows = await tx.objectStore('files').index('open').getAll()
      const files = await Promise.all(
        rows.map(async (row) => {
          const file = whole(() => openFile(rest, row))
          if (!file || file.shipment || file.state === 'whole') return []
          known.add(row.tag)
          const keys = await tx.objectStore('file_parts').getAllKeys(allParts(row.tag))
          const chunks = keys.filter(([, i]) => i >= 0).map(([, i, bytes]) => ({ i, bytes }))
          return [{ record: recordOf(file), chunks }]
        }),
      )
      return files.flat()
    },
    putRecord: async (record) => {
      ended.throwIfAborted()
      const [tag, conversation] = [tagOf(record), conversationOf(record)]
      await transact(db, ['files'], async (tx) => {
        const files = tx.objectStore('files')
        const row = await files.get(tag)
        if (!row && known.has(tag)) return
        const { fileId: file_id, ...facts } = record
        const before = row && openFile(rest, row)
        const next = { ...facts, file_id, ...(before?.inner_id === undefined ? {} : { inner_id: before.inner_id }) }
        await files.put(sealFile(rest, { tag, conversation, open: true }, next))
      })
      known.add(tag)
    },
    putChunk: async (key, i, data) => {
      ended.throwIfAborted()
      const tag = tagOf(key)
      const part = sealPart(rest, tag, i, data)
      await transact(db, ['files', 'file_parts'], async (tx) => {
        if ((await tx.objectStore('files').getKey(tag)) === undefined) return
        await tx.objectStore('file_parts').put(part)
      })
    },
    chunk: async (key, i) => {
      const row = await db.get('file_parts', onePart(tagOf(key), i))
      return row && openPart(rest, row)
    },
    dropChunks: async (key) => {
      ended.throwIfAborted()
      await db.delete('file_parts', allParts(tagOf(key)))
    },
    drop: async (key) => {
      ended.throwIfAborted()
      const tag = tagOf(key)
      await transact(db, ['files', 'file_parts'], async (tx) => {
        const row = await tx.objectStore('files').get(tag)
        if (row && openFile(rest, row).state === 'whole') return
        await tx.objectStore('files').delete(tag)
        await tx.objectStore('file_parts').delete(allParts(tag))
      })
      known.delete(tag)
    },
  }
}
