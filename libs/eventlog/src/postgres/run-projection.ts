import { type Kysely, sql } from 'kysely'
import { createBackoff, pause } from '../backoff.ts'
import { messageOf, PoisonEvent } from '../errors.ts'
import type { JetStream } from '../jetstream.ts'
import type { LogSink } from '../log-sink.ts'
import type { StoredEvent } from '../stored-event.ts'
import { openTail, type Tail } from '../tail.ts'
import { type Cursor, CursorMoved, findCursor, readCursor } from './cursor.ts'
import type { Database } from './database.ts'
import { currentLife, refuseForeign, StreamReplaced } from './incarnation.ts'
import { projectBatch } from './project-batch.ts'
import type { Projection } from './projection.ts'

/**
 * `following` = this process writes the tables; `standby` = another one does; `waiting` = NATS or Postgres is away and
 * is tried again; `stopped` = an event or the stream itself cannot be trusted, and a person has to look.
 */
export type ProjectionStatus = {
  state: 'starting' | 'following' | 'standby' | 'waiting' | 'stopped'
  reason?: string
  /** Events in the stream that are not yet in the tables, as of the last batch; known while `following`. */
  behind: number
  /** Sequence of the last event in the tables; 0 = not known. */
  seq: number
  /** When that event was stored, ms since 1970; 0 = not known. */
  eventTime: number
}

export type RunningProjection = { status(): ProjectionStatus; stop(): Promise<void> }

export type ProjectionOptions<Event, Tables> = {
  jetstream: JetStream
  database: Database<Tables>
  projection: Projection<Event, Tables>
  log: LogSink
  /**
   * Called around each batch that is written. `isLive`: all of it came after the projection had begun to follow; else it is caught
   * up with, perhaps after months.
   */
  around?: (events: readonly StoredEvent[], isLive: boolean, write: () => Promise<Cursor>) => Promise<Cursor>
}

/** Events per transaction: 60 to 90 times faster than one by one. */
const batchSize = 500
const idleWait = 5_000
const standbyWait = 2_000
const stoppedWait = 2_000

/**
 * Keeps tables up to date with a stream. Of all processes that run it, one writes at a time (an advisory lock on the
 * same connection as the transactions, so it goes when the connection breaks). Each batch and its cursor are one
 * transaction, which also fills the event archive. A poison event or a replaced stream stops it; it is never skipped. It
 * goes on when somebody has rebuilt the tables meanwhile.
 * When NATS or Postgres is away it waits, with growing pauses of at most 10 s.
 */
export const runProjection = <Event, Tables>(options: ProjectionOptions<Event, Tables>): RunningProjection => {
  const { jetstream, database, projection, log, around = (_events, _isLive, write) => write() } = options
  const stopping = new AbortController()
  const backoff = createBackoff()
  let status: ProjectionStatus = { state: 'starting', behind: 0, seq: 0, eventTime: 0 }
  let tail: Tail | undefined

  const enter = (state: ProjectionStatus['state'], reason?: string): void => {
    const { behind, seq, eventTime } = status
    status = { state, behind, seq, eventTime, ...(reason === undefined ? {} : { reason }) }
  }

  const follow = async (connection: Kysely<Tables>): Promise<void> => {
    const life = await currentLife(jetstream, projection.stream)
    let cursor = await readCursor(connection, projection.name, life)
    refuseForeign(cursor, life)
    tail = await openTail(jetstream, { stream: projection.stream, after: cursor.seq, name: projection.name })
    try {
      status = { ...status, behind: Math.max(0, life.lastSeq - cursor.seq), seq: cursor.seq }
      enter('following')
      while (!stopping.signal.aborted) {
        const events = await tail.next(batchSize, idleWait)
        // A rebuild may have put tables here that are behind. Asking also notices that the connection, and the lock, is gone.
        if (events.length === 0 && (await readCursor(connection, projection.name, life)).seq !== cursor.seq) return
        const [first, at] = [events[0], cursor]
        cursor = first
          ? await around(events, first.seq > life.lastSeq, () => projectBatch(connection, projection, at, events))
          : await projectBatch(connection, projection, at, events)
        const last = events.at(-1)
        if (last)
          status = { ...status, behind: last.pending, seq: last.seq, eventTime: Number(last.timeNs / 1_000_000n) }
        else status = { ...status, behind: 0 }
        backoff.reset()
      }
    } finally {
      await tail.close()
      tail = undefined
    }
  }

  const followIfFree = (): Promise<'done' | 'taken'> =>
    database.kysely.connection().execute(async (connection) => {
      const lock = sql`hashtextextended(${`${database.schema}.${projection.name}`}, 0)`
      const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock(${lock}) as free`.execute(connection)
      if (!rows[0]?.free) return 'taken'
      try {
        await follow(connection)
      } finally {
        await sql`select pg_advisory_unlock(${lock})`.execute(connection).catch(() => undefined)
      }
      return 'done'
    })

  /** Tables that were made anew have another cursor than those at which it stopped. */
  const untilRebuilt = async (): Promise<void> => {
    const look = async (): Promise<string | undefined> => {
      const cursor = await findCursor(database.kysely, projection.name).catch(() => undefined)
      return cursor && `${cursor.created} ${cursor.seq}`
    }
    let before = await look()
    while (!stopping.signal.aborted) {
      await pause(stoppedWait, stopping.signal)
      const now = await look()
      if (before !== undefined && now !== undefined && now !== before) return
      before ??= now
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        if ((await followIfFree()) === 'taken') {
          enter('standby')
          backoff.reset()
          await pause(standbyWait, stopping.signal)
        }
      } catch (error) {
        if (stopping.signal.aborted) return
        if (error instanceof CursorMoved) continue
        if (error instanceof PoisonEvent || error instanceof StreamReplaced) {
          enter('stopped', error.message)
          log.error({ err: error, projection: projection.name }, 'a projection stopped; nothing was skipped')
          await untilRebuilt()
          continue
        }
        enter('waiting', messageOf(error))
        log.warn({ error: messageOf(error), projection: projection.name }, 'a projection is interrupted, will go on')
        await backoff.wait(stopping.signal)
      }
    }
  }

  const running = run()
  return {
    status: () => status,
    stop: async () => {
      stopping.abort()
      await tail?.close()
      await running
    },
  }
}
