import { type JetStream, LogUnavailable } from '@kez-chat/eventlog'
import { MAX_MESSAGE_AGE_MS, type TransportKey } from '@kez-chat/messaging'
import type { Log } from '@kez-chat/runtime'
import type { AddressTable } from '../addresses/address-table.ts'
import type { Intake } from '../inbox/intake.ts'
import { type Cursor, lookBack, openCursor } from '../leases/cursor.ts'
import { type HeldLease, type LeaseTimes, takeLease } from '../leases/lease.ts'
import { pause } from '../leases/pause.ts'
import type { Metrics } from '../metrics.ts'
import type { RelayReport } from '../status/report.ts'
import { createConduct } from './conduct.ts'
import type { FlowLimits } from './flow.ts'
import type { Growth } from './growth.ts'
import { fetchLimits, ourLimits, type RelayLimits } from './limits.ts'
import { createPauses, type Pauses } from './pauses.ts'
import { createProgress, type Progress } from './progress.ts'
import { openSession, type Session, type SessionEnd } from './session.ts'

/** What all relays share. */
export type ListenerOptions = {
  readonly jetstream: JetStream
  /** Of this replica; nobody else's. */
  readonly owner: string
  readonly key: TransportKey
  readonly table: AddressTable
  readonly onChange: (listener: () => void) => () => void
  readonly feedFrom: number
  readonly intake: Intake
  readonly metrics: Metrics
  readonly log: Log
  readonly times: ListenerTimes
  readonly flow: FlowLimits
}

/** ms. */
export type ListenerTimes = {
  readonly lease: LeaseTimes
  readonly pauses: Pauses
  readonly reread: Growth
  readonly pingEvery: number
  readonly moveCursorEvery: number
}

export type Listener = { stop(): Promise<void> }

/** What everybody is told. A relay's own words, and what the network says, are for the operator's log. */
const publicReasons: Record<Exclude<SessionEnd['why'], 'stopped'>, string> = {
  lost: 'no connection',
  refused: 'it does not let this server read',
  too_much: 'it takes fewer subscriptions',
  rate_limited: 'it limits rates',
  penalised: 'too much of what it sent was of no use or wrong',
  unavailable: 'this server could not store what came',
}

const limitsHoldFor = 3_600_000
/** Seconds; what is older is not taken, however long a relay could not be read. */
const oldest = MAX_MESSAGE_AGE_MS / 1_000
const seconds = (): number => Math.floor(Date.now() / 1_000)

/** Listens on one relay whenever this replica has its lease, for ever. */
export const startListener = (url: string, options: ListenerOptions, report: RelayReport): Listener => {
  const { jetstream, owner, metrics, log, times } = options
  const relayLog = log.child({ relay: url })
  const stopping = new AbortController()
  const nextPause = createPauses(times.pauses)
  const conduct = createConduct()
  let known: { limits: RelayLimits; at: number } | undefined

  const limitsOf = async (signal: AbortSignal): Promise<RelayLimits> => {
    if (known && Date.now() - known.at < limitsHoldFor) return known.limits
    const limits = await fetchLimits(url, signal)
    if (limits) known = { limits, at: Date.now() }
    return known?.limits ?? ourLimits
  }

  /** The relay takes less than it says, or than it does not say. */
  const askForLess = (): void => {
    const limits = known?.limits ?? ourLimits
    const half = (n: number): number => Math.max(1, Math.floor(n / 2))
    const less = { ...limits, subscriptions: half(limits.subscriptions), filters: half(limits.filters) }
    known = { limits: less, at: Date.now() }
  }

  /** Why it was last said that this relay is left alone. */
  let toldOf: string | undefined

  const connect = async (cursor: Cursor, progress: Progress, signal: AbortSignal, use: (session: Session) => void) => {
    report.state('connecting')
    const limits = await limitsOf(signal)
    if (signal.aborted) return { end: { why: 'stopped', detail: '' } satisfies SessionEnd, heldFor: 0 }
    progress.restarted()
    let openedAt = performance.now()
    const session = openSession({
      ...options,
      url,
      limits,
      since: () => Math.max(cursor.since, seconds() - oldest),
      progress,
      conduct,
      pingEvery: times.pingEvery,
      reread: times.reread,
      counts: report.counts,
      onConnected: () => {
        openedAt = performance.now()
        toldOf = undefined
        report.state('connected')
      },
      now: Date.now,
    })
    use(session)
    const stop = (): void => session.stop()
    signal.addEventListener('abort', stop)
    const end = await session.ended
    signal.removeEventListener('abort', stop)
    return { end, heldFor: performance.now() - openedAt }
  }

  const stayAway = async ({ why, detail }: SessionEnd, heldFor: number, signal: AbortSignal): Promise<void> => {
    if (why === 'stopped') return
    if (why === 'too_much') askForLess()
    const ms = nextPause(why, heldFor)
    report.state(why === 'penalised' ? 'penalised' : 'backing_off', publicReasons[why])
    if (why === 'penalised') metrics.penalties.inc({ relay: url, reason: detail })
    // A relay that stays away for the same reason is told of once; what it does since is in the metrics.
    const level = why === 'penalised' ? 'warn' : detail === toldOf ? 'debug' : 'info'
    toldOf = detail
    relayLog[level]({ why, detail, seconds: Math.round(ms / 1_000) }, 'not listening on a relay for a while')
    await pause(ms, signal)
  }

  /** Moves the cursor as far as the relay was read; returns false when another owner has been at it. */
  const move = (cursor: Cursor, progress: Progress): Promise<boolean> =>
    cursor.advance(progress.cursor(seconds())).catch((error: unknown) => {
      relayLog.warn({ reason: error instanceof Error ? error.message : '' }, 'a cursor could not be written')
      return true
    })

  const listen = async (cursor: Cursor, lost: AbortSignal): Promise<void> => {
    const progress = createProgress(cursor.since)
    const fenced = new AbortController()
    const signal = AbortSignal.any([lost, fenced.signal, stopping.signal])
    let session: Session | undefined
    const moving = (async () => {
      for (await pause(times.moveCursorEvery, signal); !signal.aborted; await pause(times.moveCursorEvery, signal)) {
        if (session?.complete && !(await move(cursor, progress))) fenced.abort()
        report.cursorGap(seconds() - lookBack - cursor.since)
      }
    })()
    while (!signal.aborted) {
      const { end, heldFor } = await connect(cursor, progress, signal, (opened) => {
        session = opened
      })
      await stayAway(end, heldFor, signal)
    }
    await moving
  }

  const own = async (lease: HeldLease): Promise<void> => {
    const signal = AbortSignal.any([lease.lost, stopping.signal])
    while (!signal.aborted) {
      try {
        const cursor = await openCursor({ jetstream, url, epoch: lease.epoch, now: seconds() })
        if (!cursor) return
        return await listen(cursor, lease.lost)
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error
        await pause(times.lease.lookEvery, signal)
      }
    }
  }

  const turn = async (): Promise<void> => {
    const lease = await takeLease({ jetstream, url, owner, times: times.lease }, stopping.signal)
    if (!lease) return
    report.begin()
    relayLog.info({ epoch: lease.epoch }, 'listening on a relay')
    try {
      await own(lease)
    } finally {
      report.end()
      if (lease.lost.aborted) relayLog.warn('the lease of a relay is lost')
      await lease.release()
    }
  }

  const run = async (): Promise<void> => {
    // Known before the relay is taken over from another replica, so that it is taken over quickly.
    void limitsOf(stopping.signal)
    while (!stopping.signal.aborted) {
      try {
        await turn()
      } catch (error) {
        relayLog.error({ err: error }, 'listening on a relay failed, trying again')
        await pause(times.lease.length, stopping.signal)
      }
    }
  }

  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
