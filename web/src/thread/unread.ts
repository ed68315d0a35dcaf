import { placeOf } from './place.ts'

/** The message before which the "New" line stands, when so many at the end are unread. */
export const firstUnread = (numbers: readonly number[], unread: number): number | undefined =>
  unread === 0 ? undefined : numbers[Math.max(0, numbers.length - unread)]

/** How many messages come after number `n`. */
export const laterThan = (numbers: readonly number[], n: number): number => numbers.length - placeOf(numbers, n + 1)
