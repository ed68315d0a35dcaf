import type { Schema } from './database.ts'
import { type FindRow, rowsAfter, type StepTable, stepsBefore } from './steps.ts'

type Row = Schema['messages']['value']
type Words = Schema['words']['value']
type Step = Schema['steps']['value']

/** What is used of the stores `messages`, `words` and `steps`, inside whatever transaction. */
export type PlacingTables = {
  readonly messages: {
    get(n: number): Promise<Row | undefined>
    put(row: Row): Promise<number>
    delete(n: number): Promise<void>
    openKeyCursor(range: IDBKeyRange, direction: 'prev'): Promise<{ readonly key: number } | null>
  }
  readonly words: {
    get(n: number): Promise<Words | undefined>
    put(words: Words): Promise<number>
    delete(n: number): Promise<void>
  }
  readonly steps: StepTable
}

/** A message whose place has changed. */
export type Move = { readonly from: number; readonly to: number }

// Whole numbers are given in order of arrival. So many messages that came late have room before one of them.
const room = 2 ** -20

/** A free number right before `n`; undefined when there is none, after a million. */
const numberBefore = async ({ messages }: PlacingTables, n: number): Promise<number | undefined> => {
  const before = (await messages.openKeyCursor(IDBKeyRange.upperBound(n, true), 'prev'))?.key ?? 0
  const free = n - Math.min(room, (n - before) / 2)
  return free > before && free < n ? free : undefined
}

const move = async ({ messages, words }: PlacingTables, { from, to }: Move): Promise<void> => {
  const [row, found] = [await messages.get(from), await words.get(from)]
  if (!row) return
  await messages.delete(from)
  await messages.put({ ...row, n: to })
  if (!found) return
  await words.delete(from)
  await words.put({ ...found, n: to })
}

/** The number for a message that has come: right before what follows it, or else before `next`; undefined = after all others. */
export const placeFor = async (
  tables: PlacingTables,
  find: FindRow,
  step: Step,
  next: number | undefined,
): Promise<number | undefined> => {
  const after = await rowsAfter(tables.steps, find, step)
  const follower = after.length > 0 ? Math.min(...after) : next
  return follower === undefined ? undefined : numberBefore(tables, follower)
}

/**
 * A message, or what is not shown, may be the missing piece between others that came in the wrong order: what its author
 * wrote before it is put before it, or before what follows it. Within each piece the order was right already.
 */
export const putInOrder = async (
  tables: PlacingTables,
  find: FindRow,
  step: Step,
  placed: number | undefined,
): Promise<Move[]> => {
  const moves: Move[] = []
  const after = placed === undefined ? await rowsAfter(tables.steps, find, step) : [placed]
  if (after.length === 0) return moves
  let at = Math.min(...after)
  for await (const { n } of stepsBefore(tables.steps, find, step)) {
    if (n === undefined) continue
    const to = n < at ? undefined : await numberBefore(tables, at)
    if (to === undefined) break
    await move(tables, { from: n, to })
    moves.push({ from: n, to })
    at = to
  }
  return moves
}
