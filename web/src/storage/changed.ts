import type { PrimaryId } from '@kez-chat/identity'
import {
  type Body,
  type Change,
  type Changes,
  isQuiet,
  mayChange,
  noChanges,
  parseBody,
  type TextBody,
  withChange,
} from '@kez-chat/messaging'
import type { NewMessage } from './message.ts'

/** What stands in the place of a body that its author has taken back. */
const takenBack = { type: 'deleted' } as const

export const isDeleted = ({ body }: Pick<NewMessage, 'body'>): boolean => body.type === takenBack.type

const parsed = ({ body }: Pick<NewMessage, 'body'>): Body | undefined => {
  try {
    return parseBody(body)
  } catch {
    return undefined
  }
}

/** The body of a message that is a text, as far as this version understands it. */
export const textBodyOf = (message: Pick<NewMessage, 'body'>): TextBody | undefined => {
  const body = parsed(message)
  return body?.type === 'text' ? body : undefined
}

/** Whether a message is a text that somebody said, and so may get another one. */
export const isSaid = (message: Pick<NewMessage, 'body'>): boolean => {
  const body = textBodyOf(message)
  return body !== undefined && !isQuiet(body)
}

const tombstone = (message: NewMessage, changes: Changes): NewMessage => {
  const { original: _original, changes: _changes, body: _body, ...rest } = message
  return { ...rest, body: { ...takenBack }, changes }
}

/** What was done to a message so far. */
export const changesOf = ({ changes }: Pick<NewMessage, 'changes'>): Changes => changes ?? noChanges

/**
 * A message after a change, written by `author`. Undefined when the change is not theirs to make, comes too late, or makes no
 * difference.
 */
export const afterChange = (message: NewMessage, author: PrimaryId, change: Change): NewMessage | undefined => {
  if (!mayChange({ from: author, at: message.at, isText: isSaid(message) }, change)) return undefined
  const before = changesOf(message)
  const after = withChange(before, change)
  if (after === before) return undefined
  if (after.deleted) return before.deleted ? { ...message, changes: after } : tombstone(message, after)
  const latest = after.versions.at(-1)
  if (!latest) return { ...message, changes: after }
  const original = message.original ?? textBodyOf(message)?.text ?? ''
  return { ...message, changes: after, original, body: { ...message.body, text: latest.text } }
}
