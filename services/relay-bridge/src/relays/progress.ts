import { lookBack } from '../leases/cursor.ts'

/** What became of an event: nothing more to do, refused for now by a limit that passes, or not known. */
export type Fate = 'settled' | 'refused' | 'missed'

/** How far a relay has been read, over all connections to it under one lease. Times are unix seconds. */
export type Progress = {
  /** An event of that time is being taken in; call what it returns with what became of it. */
  begin(createdAt: number): (fate: Fate) => void
  /** An event of that time is in an inbox. */
  accepted(createdAt: number): void
  /** Reading begins from the cursor, so what has to be read again will be. */
  restarted(): void
  /**
   * Where the cursor may stand: 48 h behind now and the newest event, and not behind one that is not settled (protocol §4).
   * What is refused holds it for 48 h at most: what stands behind that would not be recognised by inboxes if it came again.
   * It holds only once the relay has handed over all it had stored, for it does so from the newest back.
   */
  cursor(now: number): number
}

export const createProgress = (since: number): Progress => {
  let newest = since + lookBack
  let missed = Number.POSITIVE_INFINITY
  let refused = Number.POSITIVE_INFINITY
  let refusedSince: number | undefined
  const pending = new Map<symbol, number>()
  return {
    begin: (createdAt) => {
      const key = Symbol()
      pending.set(key, createdAt)
      return (fate) => {
        pending.delete(key)
        if (fate === 'missed') missed = Math.min(missed, createdAt)
        if (fate === 'refused') refused = Math.min(refused, createdAt)
      }
    },
    accepted: (createdAt) => {
      newest = Math.max(newest, createdAt)
    },
    restarted: () => {
      missed = Number.POSITIVE_INFINITY
      refused = Number.POSITIVE_INFINITY
    },
    cursor: (now) => {
      refusedSince = refused === Number.POSITIVE_INFINITY ? undefined : (refusedSince ?? now)
      const holds = refusedSince !== undefined && now - refusedSince < lookBack
      const behind = [missed, ...(holds ? [refused] : []), ...pending.values()]
      return Math.max(0, Math.min(Math.min(now, newest) - lookBack, ...behind))
    },
  }
}
