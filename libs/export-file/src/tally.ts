import { toHex, utf8 } from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'
import { createHistoryDigest, type HistorySummary } from './history-digest.ts'
import type { ExportRecord } from './record.ts'

/** What a file holds, counted and hashed. */
export type Tally = {
  /** How many records of each kind. */
  readonly kinds: Readonly<Record<string, number>>
  readonly records: number
  /** SHA-256 over the canonical JSON of each record and a line feed, in order; hex. */
  readonly sha256: string
  readonly history: HistorySummary
}

/** Counts records as they go by, the same way in who writes a file and in who reads it. */
export const createTally = () => {
  const kinds = new Map<string, number>()
  const whole = sha256.create()
  const history = createHistoryDigest()
  const lineFeed = utf8('\n')
  let records = 0
  return {
    take: (record: ExportRecord, json: Uint8Array): void => {
      kinds.set(record.kind, (kinds.get(record.kind) ?? 0) + 1)
      whole.update(json).update(lineFeed)
      records++
      if (record.kind === 'conversation') history.conversation()
      if (record.kind === 'message') history.message(record)
    },
    result: (): Tally => ({
      ...{ kinds: Object.fromEntries(kinds), records, sha256: toHex(whole.clone().digest()) },
      history: history.summary(),
    }),
  }
}
