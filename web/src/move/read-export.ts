import {
  createHistoryDigest,
  type ExportReader,
  type ExportRecord,
  type HistorySummary,
  type Problem,
} from '@kez-chat/export-file'
import { isRecord, type PrimaryId, toBase64url } from '@kez-chat/identity'
import { readAccount } from '../storage/account.ts'
import { markBrokenFiles } from '../storage/broken-files.ts'
import { listPeers } from '../storage/conversations.ts'
import { interleave } from '../storage/interleave.ts'
import { nameOldMessages } from '../storage/message-names.ts'
import { forgetMoving, readMoving, writeMoving } from '../storage/moving.ts'
import type { Store } from '../storage/store.ts'
import { transact } from '../storage/transact.ts'
import { isFlaw, type Kind, type Outcome, type Target } from './kind.ts'
import { conversation } from './kinds/conversation.ts'
import { message } from './kinds/message.ts'
import { kinds } from './kinds.ts'

/** A record that was left out, or something wrong with the file itself. */
export type LeftOut =
  | { readonly type: 'record'; readonly kind: string; readonly index: number; readonly reason: string }
  | { readonly type: 'file'; readonly problem: Problem }

export type Counts = { readonly fresh: number; readonly known: number; readonly leftOut: number }

export type ImportReport = {
  /** Of each kind. */
  readonly kinds: ReadonlyMap<string, Counts>
  readonly leftOut: readonly LeftOut[]
  /** More was left out than is listed. */
  readonly more: number
  /** The file was read to its end and is what was written. */
  readonly whole: boolean
  /** What the file holds, and what is here now. */
  readonly file: HistorySummary
  readonly here: HistorySummary
  /** Own messages that had not been sent when the file was written, and wait here. */
  readonly pending: number
}

const mostListed = 200
const atOnce = 100

/** Counts and hashes the talk that is here. */
export const digestHere = async (store: Store, primary: PrimaryId): Promise<HistorySummary> => {
  const digest = createHistoryDigest()
  const peers = await listPeers(store, primary)
  const source = { store, primary, account: undefined, events: [], peers }
  for await (const record of conversation.write(source)) if (!isFlaw(record)) digest.conversation()
  for await (const record of message.write(source)) if (!isFlaw(record)) digest.message(record)
  return digest.summary()
}

const isUnsent = ({ kind, own, delivery }: ExportRecord): boolean =>
  kind === 'message' && own === true && isRecord(delivery) && delivery.state === 'sending'

const createLedger = () => {
  const counts = new Map<string, { fresh: number; known: number; leftOut: number }>()
  const leftOut: LeftOut[] = []
  let more = 0
  let pending = 0
  const list = (entry: LeftOut): void => {
    if (leftOut.length < mostListed) leftOut.push(entry)
    else more++
  }
  return {
    file: (problem: Problem): void => list({ type: 'file', problem }),
    record: (record: ExportRecord, index: number, outcome: Outcome): void => {
      const { kind } = record
      const count = counts.get(kind) ?? { fresh: 0, known: 0, leftOut: 0 }
      counts.set(kind, count)
      if (outcome === 'new' && isUnsent(record)) pending++
      if (outcome === 'new') count.fresh++
      else if (outcome === 'known') count.known++
      else {
        count.leftOut++
        list({ type: 'record', kind, index, reason: outcome.flaw })
      }
    },
    result: () => ({ kinds: counts, leftOut, more, pending }),
  }
}

const lastNumber = async ({ db }: Store): Promise<number> =>
  (await db.transaction('messages').store.openKeyCursor(null, 'prev'))?.primaryKey ?? 0

/** What search has not seen yet, from `from` on: it looks at that when the app is open again. */
const indexFrom = ({ db }: Store, from: number): Promise<void> =>
  transact(db, ['cursor', 'words'], async (tx) => {
    const cursors = tx.objectStore('cursor')
    if (from === 0) await tx.objectStore('words').clear()
    await cursors.put(Math.min((await cursors.get('words')) ?? 0, from), 'words')
  })

type Batch = {
  readonly kind: Kind
  readonly records: ExportRecord[]
  readonly indexes: number[]
  readonly begin: number
}

const mostBytes = 2_000_000

/** Puts records of one kind together, so that one transaction takes many of them. */
const batching = (target: Target, ledger: ReturnType<typeof createLedger>) => {
  let batch: Batch | undefined
  const flush = async (): Promise<void> => {
    if (!batch) return
    const { kind, records, indexes } = batch
    batch = undefined
    const outcomes = await kind.take(target, records)
    for (const [i, record] of records.entries())
      ledger.record(record, indexes[i] ?? 0, outcomes[i] ?? { flaw: 'malformed' })
  }
  return {
    flush,
    add: async (record: ExportRecord, index: number, offset: number): Promise<void> => {
      if (record.kind === 'about' || record.kind === 'identity') return
      const kind = kinds.find((each) => each.kind === record.kind)
      if (!kind) return ledger.record(record, index, { flaw: 'newer' })
      const full = batch && (batch.records.length >= atOnce || offset - batch.begin > mostBytes)
      if (batch && (batch.kind !== kind || full)) await flush()
      batch ??= { kind, records: [], indexes: [], begin: offset }
      batch.records.push(record)
      batch.indexes.push(index)
    },
  }
}

/** Puts what came into its place; returns what is here then. */
const finish = async (
  store: Store,
  primary: PrimaryId,
  { before, complete }: { before: number; complete: boolean },
): Promise<HistorySummary> => {
  if (!complete) await markBrokenFiles(store)
  let moved = false
  if (before > 0) {
    const peers = await listPeers(store, primary)
    for (const tag of peers.keys()) moved = (await interleave(store, tag, before)) || moved
  }
  await indexFrom(store, moved ? 0 : before)
  const here = await digestHere(store, primary)
  await forgetMoving(store)
  return here
}

/**
 * Takes all that is in a file into the storage, which must be quiet meanwhile and hold the same identity or none but its
 * keys. Done again it changes nothing; ended half-way, it goes on when it is done again. Rejects with the signal's reason
 * when that aborts, and with what the storage throws; what was taken until then stays.
 */
export const readExport = async (
  { header, items }: ExportReader,
  { store, primary, sameKey, now }: Omit<Target, 'fresh'>,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (offset: number) => void },
): Promise<ImportReport> => {
  const file = toBase64url(header.salt)
  const unfinished = await readMoving(store)
  const before = unfinished?.file === file ? unfinished.before : await lastNumber(store)
  await writeMoving(store, { file, before })
  const fresh = before === 0 && (await readAccount(store)) === undefined
  if (!fresh) await nameOldMessages(store, await listPeers(store, primary))
  const ledger = createLedger()
  const batch = batching({ store, primary, sameKey, now, fresh }, ledger)
  for await (const item of items()) {
    signal.throwIfAborted()
    if (item.type === 'problem') ledger.file(item.problem)
    else if (item.type === 'record') {
      await batch.add(item.record, item.index, item.offset)
      onProgress(item.offset)
    } else {
      await batch.flush()
      const { whole, tally } = item
      const done = ledger.result()
      const complete = whole && done.leftOut.length === 0
      return { ...done, whole, file: tally.history, here: await finish(store, primary, { before, complete }) }
    }
  }
  throw new Error('the file was not read to its end')
}
