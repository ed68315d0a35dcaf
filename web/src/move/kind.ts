import type { ExportRecord } from '@kez-chat/export-file'
import type { PrimaryId } from '@kez-chat/identity'
import type { StoreNames } from 'idb'
import type { z } from 'zod'
import type { Account } from '../storage/account.ts'
import type { Schema } from '../storage/database.ts'
import { StorageError } from '../storage/errors.ts'
import type { Store } from '../storage/store.ts'
import { type Transaction, transact } from '../storage/transact.ts'

/** What an export is made of. */
export type Source = {
  readonly store: Store
  readonly primary: PrimaryId
  readonly account: Account | undefined
  /** The own sigchain, as the home server has shown it. */
  readonly events: readonly unknown[]
  /** Whose talk a tag names. */
  readonly peers: ReadonlyMap<string, PrimaryId>
}

/** Where an import goes. */
export type Target = {
  readonly store: Store
  readonly primary: PrimaryId
  /** What was stored under a tag keeps that tag: this device has the storage key of the file. */
  readonly sameKey: boolean
  /** Nothing but the keys was here before. */
  readonly fresh: boolean
  /** Unix ms. */
  readonly now: number
}

/** Something that is here and cannot be taken along: which record of which kind, and why. */
export type Flaw = { readonly flaw: string }

/** What became of a record: it is `new` here, it was `known` already, or it was left out for a reason. */
export type Outcome = 'new' | 'known' | Flaw

/** One kind of thing that people have, and how it goes into a file and comes back out of it. */
export type Kind = {
  readonly kind: string
  write(source: Source): AsyncIterable<ExportRecord | Flaw>
  /** Takes some records of this kind in, all or none; one outcome for each. */
  take(target: Target, records: readonly ExportRecord[]): Promise<Outcome[]>
}

export const isFlaw = (value: ExportRecord | Outcome): value is Flaw => typeof value === 'object' && 'flaw' in value

/** Takes records in one transaction, each by itself; what does not fit its schema is left out. */
export const takeEach =
  <Used extends StoreNames<Schema>, Shape extends z.ZodType>(
    stores: readonly Used[],
    shape: Shape,
    each: (tx: Transaction<Used>, value: z.infer<Shape>, target: Target) => Promise<Outcome>,
  ): Kind['take'] =>
  (target, records) =>
    transact(target.store.db, stores, async (tx) => {
      const outcomes: Outcome[] = []
      for (const record of records) {
        const { data, success } = shape.safeParse(record)
        outcomes.push(success ? await each(tx, data, target) : { flaw: 'malformed' })
      }
      return outcomes
    })

/** A record, or what is wrong with it when it does not open. */
export const orFlaw = (write: () => ExportRecord): ExportRecord | Flaw => {
  try {
    return write()
  } catch (error) {
    if (error instanceof StorageError || (error instanceof Error && error.name === 'ZodError'))
      return { flaw: 'damaged' }
    throw error
  }
}

const atOnce = 200

type Paged = 'messages' | 'steps' | 'guard' | 'acknowledged' | 'unopened' | 'outgoing' | 'acks' | 'files'

/** All rows of a store in order of their keys, a few at a time, so that none has to be in memory longer than that. */
export async function* rowsOf<Name extends Paged>({ db }: Store, name: Name): AsyncGenerator<Schema[Name]['value']> {
  let after: IDBKeyRange | undefined
  for (;;) {
    const { store } = db.transaction(name)
    const [keys, rows] = await Promise.all([store.getAllKeys(after, atOnce), store.getAll(after, atOnce)])
    yield* rows
    const last = keys.at(-1)
    if (last === undefined || keys.length < atOnce) return
    after = IDBKeyRange.lowerBound(last, true)
  }
}
