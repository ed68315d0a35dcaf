import { type ChainEventAppended, DomainError, type IdentityEvent } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { RebuildRunning, rebuildProjection } from '@kez-chat/eventlog/postgres'
import type { Log } from '@kez-chat/runtime'
import { chainsProjection } from '../chains/projection.ts'
import type { ChainTables } from '../chains/tables.ts'
import { migrateChains, migrateRegistry, openChainsDatabase, openRegistryDatabase } from '../db/database.ts'
import type { Directory } from '../directory/directory.ts'
import { rebuildDirectory } from '../directory/rebuild.ts'
import { peopleProjection } from './projection.ts'
import type { Tables } from './tables.ts'

export const rebuildable = ['people', 'chains', 'directory'] as const
export type Rebuildable = (typeof rebuildable)[number]

export type RebuildState = {
  state: 'idle' | 'running' | 'done' | 'failed'
  /** Of the stream: read through this sequence, of so many. */
  through: number
  last: number
  events: number
  reason?: string
}

export type Rebuilds = {
  /** Begins, or tells of the one that is running. */
  begin(what: Rebuildable): RebuildState
  state(what: Rebuildable): RebuildState
}

const idle: RebuildState = { state: 'idle', through: 0, last: 0, events: 0 }

/**
 * Rebuilds that the operator asks for. Tables are filled beside those in use and take their place in one step; the directory
 * is put right in place. Whoever asked may go: it goes on without them, and one that died with its process is begun anew.
 */
export const createRebuilds = (options: {
  jetstream: JetStream
  directory: Directory
  databaseUrl: string
  log: Log
}): Rebuilds => {
  const { jetstream, directory, databaseUrl, log } = options
  const states = new Map<Rebuildable, RebuildState>()

  const perform = async (
    what: Rebuildable,
    onProgress: (through: number, last: number) => void,
  ): Promise<{ events: number }> => {
    if (what === 'directory') return rebuildDirectory(jetstream, directory, onProgress)
    if (what === 'people') {
      const database = openRegistryDatabase(databaseUrl, log)
      const from = { jetstream, projection: peopleProjection, migrate: migrateRegistry }
      return rebuildProjection<IdentityEvent, Tables>({ ...from, database, onProgress }).finally(database.close)
    }
    const database = openChainsDatabase(databaseUrl, log)
    const from = { jetstream, projection: chainsProjection, migrate: migrateChains }
    return rebuildProjection<ChainEventAppended, ChainTables>({ ...from, database, onProgress }).finally(database.close)
  }

  const run = async (what: Rebuildable): Promise<void> => {
    const onProgress = (through: number, last: number): void => {
      states.set(what, { state: 'running', through, last, events: 0 })
    }
    try {
      const { events } = await perform(what, onProgress)
      const { last } = states.get(what) ?? idle
      states.set(what, { state: 'done', through: last, last, events })
      log.info({ projection: what, events }, 'audit: a projection was rebuilt for the operator')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      states.set(what, { ...(states.get(what) ?? idle), state: 'failed', reason })
      const elsewhere = error instanceof RebuildRunning
      log[elsewhere ? 'warn' : 'error']({ err: error, projection: what }, 'a rebuild for the operator failed')
    }
  }

  return {
    begin: (what) => {
      const before = states.get(what)
      if (before?.state === 'running') return before
      if (!jetstream.isConnected()) throw new DomainError('unavailable', 'NATS is not reachable right now')
      const begun: RebuildState = { ...idle, state: 'running' }
      states.set(what, begun)
      void run(what)
      return begun
    },
    state: (what) => states.get(what) ?? idle,
  }
}
