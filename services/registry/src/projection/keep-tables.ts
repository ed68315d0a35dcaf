import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStream } from '@kez-chat/eventlog'
import {
  type Database,
  type ProjectionStatus,
  type RunningProjection,
  runProjection,
} from '@kez-chat/eventlog/postgres'
import type { Log } from '@kez-chat/runtime'
import { migrateRegistry } from '../db/database.ts'
import { peopleProjection } from './projection.ts'
import type { Tables } from './tables.ts'

const longestPause = 10_000

/**
 * Migrates, then projects. Registrations do not wait for it: the log comes first, and Postgres may be away at the
 * start as at any later time.
 */
export const keepTables = (jetstream: JetStream, database: Database<Tables>, log: Log): RunningProjection => {
  const stopping = new AbortController()
  const idle = { behind: 0, seq: 0, eventTime: 0 }
  let before: ProjectionStatus = { state: 'starting', ...idle }
  let running: RunningProjection | undefined

  const start = async (): Promise<void> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        await migrateRegistry(database)
        if (stopping.signal.aborted) return
        running = runProjection({ jetstream, database, projection: peopleProjection, log })
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
