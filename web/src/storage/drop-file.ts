import { MAX_MAILBOX_AGE_MS, MAX_MESSAGE_AGE_MS } from '@kez-chat/messaging'
import type { AtRest } from './at-rest.ts'
import { allParts, type FileRow, openFile } from './file-record.ts'
import type { Store } from './store.ts'
import { whole } from './whole.ts'

/** What is used of three stores, inside whatever transaction. */
export type FileTables = {
  readonly files: { get(tag: string): Promise<FileRow | undefined>; delete(tag: string): Promise<void> }
  readonly parts: { delete(range: IDBKeyRange): Promise<void> }
  readonly guard: { put(mark: { tag: string; until: number }): Promise<unknown> }
}

const unwantedTag = (rest: AtRest, file: string): string => rest.tag('unwanted file', file)

/** As long as a part of it could still come. */
const remembered = MAX_MAILBOX_AGE_MS + MAX_MESSAGE_AGE_MS

/**
 * Removes a file with its parts; with `innerId` only if it is of that message, for another one may claim it. Of a file
 * that was not whole the replay guard remembers that nobody wants the rest.
 */
export const dropFile = async (
  rest: AtRest,
  { files, parts, guard }: FileTables,
  tag: string,
  innerId?: string,
): Promise<void> => {
  const row = await files.get(tag)
  const owner = row && whole(() => openFile(rest, row))?.inner_id
  if (innerId !== undefined && owner !== undefined && owner !== innerId) return
  if (!row || row.open) await guard.put({ tag: unwantedTag(rest, tag), until: Date.now() + remembered })
  await files.delete(tag)
  await parts.delete(allParts(tag))
}

/** Whether the file was deleted before all of it had come. */
export const isUnwanted = async ({ db, rest }: Store, tag: string): Promise<boolean> =>
  (await db.getKey('guard', unwantedTag(rest, tag))) !== undefined
