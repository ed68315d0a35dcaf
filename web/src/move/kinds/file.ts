import { fromBase64url, isHex, toBase64url } from '@kez-chat/identity'
import { z } from 'zod'
import { conversationTag } from '../../storage/conversation.ts'
import {
  allParts,
  FileInParts,
  fileTag,
  onePart,
  openFile,
  openPart,
  sealFile,
  sealPart,
} from '../../storage/file-record.ts'
import type { Store } from '../../storage/store.ts'
import { isFlaw, type Kind, orFlaw, rowsOf, takeEach } from '../kind.ts'
import { Peer } from './conversation.ts'

const mostPartBytes = 512 * 1024

/** What names a file in an export: the talk it is in, whose side it is on, and its id. */
const Name = z.object({ with: Peer, own: z.boolean(), file_id: z.string().refine((text) => isHex(text, 16)) })
type Name = z.infer<typeof Name>

const tagOf = ({ rest }: Store, { with: peer, own, file_id: fileId }: Name): string =>
  fileTag(rest, conversationTag(rest, peer), own ? 'own' : 'peer', fileId)

/** Parts that are to be sent wait for the person, as messages do; a file that was sent goes on as it was. */
const isOpen = (open: boolean, { shipment }: FileInParts): boolean =>
  open && (shipment === undefined || shipment.pointed_at !== undefined)

/** Files in parts, sent and received, whole or not yet; each is followed by its parts. Small files are in their messages. */
export const file: Kind = {
  kind: 'file',
  async *write({ store, peers }) {
    const { db, rest } = store
    for await (const row of rowsOf(store, 'files')) {
      const peer = peers.get(row.conversation)
      const record = orFlaw(() => {
        const { file_id: fileId, ...facts } = openFile(rest, row)
        if (!peer) return { kind: 'file' }
        const own = row.tag === fileTag(rest, row.conversation, 'own', fileId)
        return { kind: 'file', with: peer, own, file_id: fileId, open: row.open === 1, ...facts }
      })
      if (isFlaw(record) || !peer) {
        yield isFlaw(record) ? record : { flaw: 'nobody' }
        continue
      }
      yield record
      const { own, file_id: fileId } = record
      for (const key of await db.getAllKeys('file_parts', allParts(row.tag))) {
        const part = await db.get('file_parts', key)
        if (!part) continue
        yield orFlaw(() => ({
          ...{ kind: 'file_part', with: peer, own, file_id: fileId, i: part.i },
          data: toBase64url(openPart(rest, part)),
        }))
      }
    }
  },
  take: takeEach(
    ['files', 'conversations'],
    FileInParts.extend({ ...Name.shape, open: z.boolean() }),
    async (tx, { with: peer, own, open, ...facts }, { store }) => {
      const { rest } = store
      const tag = tagOf(store, { with: peer, own, file_id: facts.file_id })
      const row = await tx.objectStore('files').get(tag)
      // A whole one is never taken back to what is still to come.
      if (row && (openFile(rest, row).state === 'whole' || facts.state !== 'whole')) return 'known'
      const place = { tag, conversation: conversationTag(rest, peer), open: isOpen(open, facts) }
      await tx.objectStore('files').put(sealFile(rest, place, facts))
      return row ? 'known' : 'new'
    },
  ),
}

export const filePart: Kind = {
  kind: 'file_part',
  // They are written with their files.
  async *write() {},
  take: takeEach(
    ['files', 'file_parts'],
    Name.extend({ i: z.int().min(-1), data: z.string().max((mostPartBytes * 4) / 3 + 4) }),
    async (tx, { i, data, ...name }, { store }) => {
      const tag = tagOf(store, name)
      if ((await tx.objectStore('files').getKey(tag)) === undefined) return { flaw: 'nobody' }
      const parts = tx.objectStore('file_parts')
      if ((await parts.getKey(onePart(tag, i))) !== undefined) return 'known'
      await parts.put(sealPart(store.rest, tag, i, fromBase64url(data, mostPartBytes)))
      return 'new'
    },
  ),
}
