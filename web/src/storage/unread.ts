import type { Conversation } from './conversation.ts'
import type { Move } from './placing.ts'

type Unread = Pick<Conversation, 'unread' | 'unread_from'>

/** One message more that was not read, at its place. */
export const oneMore = (known: Unread, n: number): Unread => ({
  unread: known.unread + 1,
  // Before there were such numbers, the count alone told where the unread ones begin.
  unread_from: known.unread === 0 ? n : known.unread_from && Math.min(known.unread_from, n),
})

/** Where the unread ones begin after messages have changed their places. */
export const afterMoves = ({ unread_from: from }: Unread, moves: readonly Move[]): Pick<Unread, 'unread_from'> => {
  if (from === undefined) return { unread_from: from }
  const moved = moves.filter((move) => move.from >= from).map(({ to }) => to)
  return { unread_from: Math.min(from, ...moved) }
}

/** What is unread when some messages of others are gone. */
export const withoutSome = (known: Unread, gone: readonly number[]): Unread => {
  const { unread_from: from } = known
  const lost = from === undefined ? 0 : gone.filter((n) => n >= from).length
  const unread = Math.max(0, known.unread - lost)
  return { unread, unread_from: unread === 0 ? undefined : from }
}
