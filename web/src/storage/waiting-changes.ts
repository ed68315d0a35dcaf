import { isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import type { Change } from '@kez-chat/messaging'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import { whole } from './whole.ts'

const Primary = z.custom<PrimaryId>(isPrimaryId)
const common = { id: z.string(), at: z.number(), from: Primary, target: z.object({ id: z.string(), from: Primary }) }
export const ChangeFacts = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('edit'), text: z.string() }),
  z.object({ ...common, kind: z.literal('delete') }),
  z.object({ ...common, kind: z.literal('react'), emoji: z.string().exactOptional() }),
])
const StoredChange = z.object({
  v: z.literal(1),
  /** With whom we talk. */
  peer: Primary,
  change: ChangeFacts,
})

/** Most changes of one conversation that wait for the message they are about. */
const mostWaiting = 256

type Row = Schema['changes']['value']

/** What is used of the store `changes`, inside whatever transaction. */
export type ChangeTable = {
  add(row: Row): Promise<number>
  delete(n: number): Promise<void>
  index(name: 'conversation' | 'target' | 'inner'): {
    getAll(tag: string): Promise<Row[]>
    getAllKeys(tag: string): Promise<number[]>
  }
}

const placeOf = ({ conversation }: Pick<Row, 'conversation'>): string => `changes/${conversation}`

/** A change, and with whom we talk where it was made. */
export type Kept = { readonly change: Change; readonly peer: PrimaryId }

export const sealChange = (rest: AtRest, row: Omit<Row, 'box' | 'n'>, kept: Kept): Row => ({
  ...row,
  box: rest.seal(placeOf(row), { v: 1, ...kept }),
})

export const openChange = (rest: AtRest, row: Row): Kept => StoredChange.parse(rest.open(placeOf(row), row.box))

/** Changes of a peer whose messages have not come. */
export const waitingIn = async (changes: Pick<ChangeTable, 'index'>, conversation: string): Promise<Row[]> =>
  (await changes.index('conversation').getAll(conversation)).filter(({ inner }) => !inner)

/** Keeps a change whose message has not come. Of a flood the oldest go: that costs the one who floods, in this conversation only. */
export const keepWaiting = async (
  changes: ChangeTable,
  rest: AtRest,
  row: Omit<Row, 'box' | 'n' | 'inner'>,
  change: Change,
): Promise<void> => {
  await changes.add(sealChange(rest, row, { change, peer: change.from }))
  const waiting = await waitingIn(changes, row.conversation)
  for (const { n = 0 } of waiting.slice(0, -mostWaiting)) await changes.delete(n)
}

/** What waited for a message, which has come. */
export const takeWaiting = async (changes: ChangeTable, rest: AtRest, target: string): Promise<Change[]> => {
  const rows = (await changes.index('target').getAll(target)).filter(({ inner }) => !inner)
  for (const { n = 0 } of rows) await changes.delete(n)
  return rows.flatMap((row) => whole(() => openChange(rest, row))?.change ?? [])
}
