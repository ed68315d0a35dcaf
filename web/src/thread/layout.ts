import type { StoredMessage } from '../storage/message.ts'
import { isLine } from '../talk/is-line.ts'
import { startOfDay } from '../ui/time.ts'

/** A message with its place among its neighbours. */
export type Placed = {
  readonly message: StoredMessage
  readonly own: boolean
  /** Begins a day: a separator stands before it. */
  readonly newDay: boolean
  /** Continues the bubble group above. */
  readonly joined: boolean
  /** Ends its group. */
  readonly last: boolean
}

const groupGap = 5 * 60_000

const isOwn = (message: StoredMessage): boolean => message.delivery !== undefined

const together = (a: StoredMessage, b: StoredMessage): boolean =>
  !isLine(a) &&
  !isLine(b) &&
  isOwn(a) === isOwn(b) &&
  startOfDay(a.at) === startOfDay(b.at) &&
  Math.abs(b.at - a.at) < groupGap

/**
 * Days and groups of a thread; the line before `newFrom` parts a group. Messages keep the order in which they are stored,
 * whatever the clocks of the writers say.
 */
export const layOut = (messages: readonly StoredMessage[], newFrom?: number): Placed[] => {
  const broken = (message: StoredMessage | undefined): boolean => message !== undefined && message.n === newFrom
  let latestDay = Number.NEGATIVE_INFINITY
  return messages.map((message, i) => {
    const [before, after] = [messages[i - 1], messages[i + 1]]
    const day = startOfDay(message.at)
    // A damaged record has lost its time.
    const newDay = message.at > 0 && day > latestDay
    if (newDay) latestDay = day
    return {
      message,
      own: isOwn(message),
      newDay,
      joined: !newDay && !broken(message) && before !== undefined && together(before, message),
      last: after === undefined || broken(after) || !together(message, after),
    }
  })
}
