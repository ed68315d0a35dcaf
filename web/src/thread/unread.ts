import type { Conversation } from '../storage/conversation.ts'
import { placeOf } from './place.ts'

/** The message before which the "New" line stands. */
export const firstUnread = (
  numbers: readonly number[],
  { unread, unread_from: from }: Pick<Conversation, 'unread' | 'unread_from'>,
): number | undefined => {
  if (unread === 0) return undefined
  return numbers[from === undefined ? Math.max(0, numbers.length - unread) : placeOf(numbers, from)]
}

/** How many messages come after number `n`. */
export const laterThan = (numbers: readonly number[], n: number): number => {
  const place = placeOf(numbers, n)
  return numbers.length - place - (numbers[place] === n ? 1 : 0)
}

/** What is among ascending numbers now and was not before. */
export const freshIn = (now: readonly number[], before: readonly number[]): number[] => {
  let at = 0
  return now.filter((n) => {
    while (at < before.length && (before[at] ?? n) < n) at++
    return before[at] !== n
  })
}
