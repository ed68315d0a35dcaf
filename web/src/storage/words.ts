import { runsOf } from '../search/words.ts'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import type { StoredMessage } from './message.ts'

/** Beginnings of these lengths are in the index; what is typed is looked up by the longest that fits. */
const lengths = [2, 4, 7]
/** A message of 60 KB has as many beginnings at most; what is beyond is not found by search. */
const mostKeys = 5_000

const keyOf = (rest: AtRest, beginning: string): string => rest.tag('word', beginning).slice(0, 16)

const beginnings = (word: string): string[] => [
  ...(word.length === 1 ? [word] : []),
  ...lengths.filter((length) => word.length >= length).map((length) => word.slice(0, length)),
]

/** Under which keys a text is found. */
export const keysOfText = (rest: AtRest, text: string): string[] => {
  const all = new Set(runsOf(text).flatMap((run) => run.flatMap(({ folded }) => beginnings(folded))))
  return [...all].slice(0, mostKeys).map((beginning) => keyOf(rest, beginning))
}

/** The key that every message has in which a word begins like this. */
export const keyOfBeginning = (rest: AtRest, typed: string): string => keyOf(rest, beginnings(typed).at(-1) ?? typed)

/** What of a message can be searched. */
export const searchable = ({ body }: Pick<StoredMessage, 'body'>): string =>
  [body.text, body.name].filter((part) => typeof part === 'string').join('\n')

/** What is used of the store `words`, inside whatever transaction. */
export type WordTable = { put(words: Schema['words']['value']): Promise<number> }

/** Puts the words of a message into the index, in the transaction that stores the message. */
export const indexWords = async (
  words: WordTable,
  rest: AtRest,
  n: number,
  message: Pick<StoredMessage, 'body'>,
): Promise<void> => {
  const keys = keysOfText(rest, searchable(message))
  if (keys.length > 0) await words.put({ n, keys })
}
