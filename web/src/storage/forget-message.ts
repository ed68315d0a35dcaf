import type { IDBPTransaction, StoreNames } from 'idb'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import { dropFile, type FileTables } from './drop-file.ts'
import { fileTagOf } from './file-record.ts'
import { openMessage } from './message.ts'
import { type ChangeTable, openChange } from './waiting-changes.ts'
import { whole } from './whole.ts'

/** The stores in which there is something of a message. */
export const forgottenWith = ['messages', 'words', 'outgoing', 'changes', 'files', 'file_parts', 'guard'] as const

/** What is used of them, inside whatever transaction. */
export type ForgetTables = FileTables & {
  readonly messages: {
    get(n: number): Promise<Schema['messages']['value'] | undefined>
    delete(n: number): Promise<void>
  }
  readonly words: { delete(n: number): Promise<void> }
  readonly outgoing: { delete(tag: string): Promise<void> }
  readonly changes: Omit<ChangeTable, 'add'>
}

type Forgotten = (typeof forgottenWith)[number]

/** The stores of a transaction over these, and perhaps others. */
export const forgetTables = <Used extends StoreNames<Schema>>(
  tx: IDBPTransaction<Schema, (Used | Forgotten)[], 'readwrite'>,
) => ({
  messages: tx.objectStore('messages'),
  words: tx.objectStore('words'),
  outgoing: tx.objectStore('outgoing'),
  changes: tx.objectStore('changes'),
  files: tx.objectStore('files'),
  parts: tx.objectStore('file_parts'),
  guard: tx.objectStore('guard'),
})

/** How a message on its way is found by its inner id. */
export const outgoingTag = (rest: AtRest, innerId: string): string => rest.tag('outgoing', innerId)

/** Drops what was done to a message and waits, with the envelopes of what was to be sent. */
export const forgetChanges = async (
  { changes, outgoing }: Pick<ForgetTables, 'changes' | 'outgoing'>,
  rest: AtRest,
  by: 'target' | 'conversation',
  tag: string,
): Promise<void> => {
  for (const row of await changes.index(by).getAll(tag)) {
    const kept = row.inner === undefined ? undefined : whole(() => openChange(rest, row))
    if (kept) await outgoing.delete(outgoingTag(rest, kept.change.id))
    await changes.delete(row.n ?? 0)
  }
}

/**
 * Removes a message with all there is of it: its file, its words in the index, its envelope if that still waits, what was
 * done to it.
 * The replay guard keeps what it knows.
 */
export const forgetMessage = async (tables: ForgetTables, rest: AtRest, n: number): Promise<void> => {
  const row = await tables.messages.get(n)
  if (!row) return
  const message = openMessage(rest, row)
  await tables.outgoing.delete(outgoingTag(rest, message.inner_id))
  const file = fileTagOf(rest, row.conversation, message)
  if (file) await dropFile(rest, tables, file, message.inner_id)
  if (row.inner !== undefined) await forgetChanges(tables, rest, 'target', row.inner)
  await tables.messages.delete(n)
  await tables.words.delete(n)
}
