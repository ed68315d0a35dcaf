import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Database,
  type ProjectionOptions,
  type ProjectionStatus,
  type RunningProjection,
  runProjection,
} from '@kez-chat/eventlog/postgres'

const longestPause = 10_000

/**
 * Migrates, then projects. Registrations do not wait for it: the log comes first, and Postgres may be away at the
 * start as at any later time.
 */
export const keepTables = <Event, Tables>(
  options: ProjectionOptions<Event, Tables> & { migrate(database: Database<Tables>): Promise<void> },
): RunningProjection => {
  const { database, migrate, log } = options
  const stopping = new AbortController()
  const idle = { behind: 0, seq: 0, eventTime: 0 }
  let before: ProjectionStatus = { state: 'starting', ...idle }
  let running: RunningProjection | undefined

  const start = async (): Promise<void> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        await migrate(database)
        if (stopping.signal.aborted) return
        running = runProjection(options)
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        before = { state: 'waiting', reason, ...idle }
        log.warn({ error: reason }, 'Postgres is not usable yet; registrations go on without it')
        const pause = Math.min(longestPause, 250 * 2 ** attempt) * (0.5 + Math.random() / 2)
        await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  const started = start()
  return {
    status: () => running?.status() ?? before,
    stop: async () => {
      stopping.abort()
      await started
      await running?.stop()
    },
  }
}
