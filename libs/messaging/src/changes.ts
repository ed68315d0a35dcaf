import type { PrimaryId } from '@kez-chat/identity'
import { MAX_MESSAGE_LEAD_MS } from './freshness.ts'
import type { Inner } from './inner.ts'
import type { TextBody } from './text-body.ts'

const HOUR = 3_600_000

/** How long after a message its author may give it another text, by `sent_at` of the two; milliseconds. */
export const EDIT_WINDOW_MS = 24 * HOUR
/** How long after a message its author may take it back, by `sent_at` of the two; milliseconds. */
export const DELETE_WINDOW_MS = 48 * HOUR
/** Most texts that are kept of a message, the first one not counted. */
export const MAX_VERSIONS = 20

/** `sent_at` (unix milliseconds) and inner id of whatever was done: the greater one counts, and everybody agrees which that is. */
export interface Stamp {
  readonly at: number
  readonly id: string
}

export const isLater = (a: Stamp, b: Stamp | undefined): boolean =>
  b === undefined || a.at > b.at || (a.at === b.at && a.id > b.id)

/** Something done to a message. */
export type Change = Stamp & {
  /** Who did it, verified. */
  readonly from: PrimaryId
  /** The message that it is about. */
  readonly target: { readonly id: string; readonly from: PrimaryId }
} & (
    | { readonly kind: 'edit'; readonly text: string }
    | { readonly kind: 'delete' }
    | { readonly kind: 'react'; readonly emoji?: string }
  )

/** A later text of a message. */
export interface Version extends Stamp {
  readonly text: string
}

/** What somebody thinks of a message; without an emoji, nothing any more. */
export interface GivenReaction extends Stamp {
  readonly from: PrimaryId
  readonly emoji?: string
}

/** All that was done to a message. */
export interface Changes {
  /** Later texts, the latest last. */
  readonly versions: readonly Version[]
  /** One of each person. */
  readonly reactions: readonly GivenReaction[]
  /** When its author took it back. */
  readonly deleted?: Stamp
}

export const noChanges: Changes = { versions: [], reactions: [] }

/**
 * What an opened message does to another one; undefined when it is something said. An edit and a deletion are always about a
 * message of the same author: there is no other way to name one.
 */
export const changeOf = ({
  inner,
  body,
  sentAt,
}: {
  inner: Inner
  body: TextBody
  sentAt: number
}): Change | undefined => {
  const { id, from } = inner
  const stamp = { id, from, at: sentAt }
  if (body.edit) return { ...stamp, kind: 'edit', target: { id: body.edit.id, from }, text: body.text }
  if (body.delete) return { ...stamp, kind: 'delete', target: { id: body.delete.id, from } }
  if (!body.react) return undefined
  const { emoji, ...target } = body.react
  return { ...stamp, kind: 'react', target, ...(emoji === undefined ? {} : { emoji }) }
}

/** The message that a change is about. */
export interface Changeable {
  readonly from: PrimaryId
  /** `sent_at`, unix milliseconds. */
  readonly at: number
  /** Whether it is a text that was said: nothing else has another text. */
  readonly isText: boolean
}

const within = (window: number, { at }: Stamp, target: Changeable): boolean =>
  at - target.at <= window && target.at - at <= MAX_MESSAGE_LEAD_MS

/** Whether whoever made a change may make it, in time. */
export const mayChange = (target: Changeable, change: Change): boolean => {
  switch (change.kind) {
    case 'react':
      return true
    case 'edit':
      return change.from === target.from && target.isText && within(EDIT_WINDOW_MS, change, target)
    case 'delete':
      return change.from === target.from && within(DELETE_WINDOW_MS, change, target)
  }
}

const ascending = (a: Stamp, b: Stamp): number => (isLater(a, b) ? 1 : -1)

/** Undefined when it is an older one, or the same. */
const withVersion = (versions: readonly Version[], { id, at, text }: Version): readonly Version[] =>
  versions.some((known) => known.id === id && known.at === at)
    ? versions
    : [...versions, { id, at, text }].toSorted(ascending).slice(-MAX_VERSIONS)

const withReaction = (
  all: readonly GivenReaction[],
  { id, at, from, emoji }: GivenReaction,
): readonly GivenReaction[] => {
  const known = all.find((reaction) => reaction.from === from)
  if (!isLater({ id, at }, known)) return all
  const others = all.filter((reaction) => reaction !== known)
  const given = { id, at, from, ...(emoji === undefined ? {} : { emoji }) }
  return [...others, given].toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

/**
 * What was done to a message with one change more. In whatever order changes come, and however often, the end is the same; of a
 * message that was taken back nothing else is kept. Ask `mayChange` before.
 */
export const withChange = (before: Changes, change: Change): Changes => {
  const { id, at } = change
  if (change.kind === 'delete') {
    return {
      ...noChanges,
      deleted: isLater({ id, at }, before.deleted) && before.deleted ? before.deleted : { id, at },
    }
  }
  if (before.deleted) return before
  return change.kind === 'edit'
    ? { ...before, versions: withVersion(before.versions, change) }
    : { ...before, reactions: withReaction(before.reactions, change) }
}
