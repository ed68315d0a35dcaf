import type { PrimaryId } from '@kez-chat/identity'
import { acceptableUntil, type Change } from '@kez-chat/messaging'
import type { AtRest } from './at-rest.ts'
import { afterChange, isDeleted } from './changed.ts'
import type { Schema } from './database.ts'
import { dropFile, type FileTables } from './drop-file.ts'
import { fileTagOf } from './file-record.ts'
import { messageTag, type NewMessage, openMessage, sealMessage } from './message.ts'
import { type ChangeTable, keepWaiting, takeWaiting } from './waiting-changes.ts'
import { indexWords, type WordTable } from './words.ts'

type Row = Schema['messages']['value']

/** What is used of the stores `messages`, `words` and `changes`, inside whatever transaction. */
export type ChangedTables = FileTables & {
  readonly messages: {
    get(n: number): Promise<Row | undefined>
    put(row: Row): Promise<number>
    index(name: 'inner'): { getKey(tag: string): Promise<number | undefined> }
  }
  readonly words: WordTable & { delete(n: number): Promise<void> }
  readonly changes: ChangeTable
}

/** In which conversation, who we are, and with whom we talk. */
export type Whose = { readonly conversation: string; readonly own: PrimaryId; readonly peer: PrimaryId }

/** How a message that somebody names may be stored: each author's are their own. */
const tagsOf = (rest: AtRest, { own, peer }: Whose, { id, from }: Change['target']): string[] => [
  ...(from === own ? [messageTag(rest, id, 'own')] : []),
  // What one wrote to oneself may have come from another device.
  ...(from === peer ? [messageTag(rest, id, peer)] : []),
]

/** The row of a message that somebody names in a conversation; nobody can name one of another. */
export const findNamed = async (
  messages: Pick<ChangedTables['messages'], 'get' | 'index'>,
  rest: AtRest,
  whose: Whose,
  target: Change['target'],
): Promise<Row | undefined> => {
  for (const tag of tagsOf(rest, whose, target)) {
    const n = await messages.index('inner').getKey(tag)
    const row = n === undefined ? undefined : await messages.get(n)
    if (row?.conversation === whose.conversation) return row
  }
  return undefined
}

/** Puts a message in the place of what it was before a change: what search finds follows, and a file that was taken back goes. */
export const putChanged = async (
  { messages, words, ...files }: Omit<ChangedTables, 'changes'>,
  rest: AtRest,
  row: Row,
  message: NewMessage,
): Promise<void> => {
  const before = contentOf(rest, row)
  const file = isDeleted(message) ? fileTagOf(rest, row.conversation, before) : undefined
  if (file) await dropFile(rest, files, file, before.inner_id)
  await messages.put({ ...row, box: sealMessage(rest, row.conversation, message) })
  await words.delete(row.n ?? 0)
  await indexWords(words, rest, row.n ?? 0, message)
}

/** What a message of this row holds, to be stored anew. */
export const contentOf = (rest: AtRest, row: Row): NewMessage => {
  const { v: _version, n: _n, ...message } = openMessage(rest, row)
  return message
}

/**
 * Takes what a peer does to a message, in the transaction that remembers it. What comes before its message waits for it.
 * Returns that message's tag when something is different now.
 */
export const takeChange = async (
  tables: ChangedTables,
  rest: AtRest,
  whose: Whose,
  change: Change,
): Promise<string | undefined> => {
  const row = await findNamed(tables.messages, rest, whose, change.target)
  if (!row) {
    const target = tagsOf(rest, whose, change.target).at(-1)
    const waiting = { conversation: whose.conversation, target: target ?? '', until: acceptableUntil(change.at) }
    if (target !== undefined) await keepWaiting(tables.changes, rest, waiting, change)
    return undefined
  }
  const next = afterChange(contentOf(rest, row), change.target.from, change)
  if (!next) return undefined
  await putChanged(tables, rest, row, next)
  return row.inner
}

/** A message that has come, after all that came before it and is about it. */
export const afterWaiting = async (
  changes: ChangeTable,
  rest: AtRest,
  target: string,
  author: PrimaryId,
  message: NewMessage,
): Promise<NewMessage> => {
  const waiting = await takeWaiting(changes, rest, target)
  return waiting.reduce((now, change) => afterChange(now, author, change) ?? now, message)
}
