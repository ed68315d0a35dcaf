import { lookBack } from '../leases/cursor.ts'

/** How far a relay has been read, over all connections to it under one lease. Times are unix seconds. */
export type Progress = {
  /** An event of that time is being taken in; call what it returns with whether it is settled, or has to be read again. */
  begin(createdAt: number): (settled: boolean) => void
  /** An event of that time is in an inbox. */
  accepted(createdAt: number): void
  /** A connection begins to read from the cursor, so what has to be read again will be. */
  restarted(): void
  /**
   * Where the cursor may stand: 48 h behind now and the newest event, and not behind one that is not settled (protocol §4).
   * It holds only once the relay has handed over all it had stored, for it does so from the newest back.
   */
  cursor(now: number): number
}

export const createProgress = (since: number): Progress => {
  let newest = since + lookBack
  let missed = Number.POSITIVE_INFINITY
  const pending = new Map<symbol, number>()
  return {
    begin: (createdAt) => {
      const key = Symbol()
      pending.set(key, createdAt)
      return (settled) => {
        pending.delete(key)
        if (!settled) missed = Math.min(missed, createdAt)
      }
    },
    accepted: (createdAt) => {
      newest = Math.max(newest, createdAt)
    },
    restarted: () => {
      missed = Number.POSITIVE_INFINITY
    },
    cursor: (now) => Math.max(0, Math.min(Math.min(now, newest) - lookBack, missed, ...pending.values())),
  }
}
