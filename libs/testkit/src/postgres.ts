import { createScratchDatabase, dropDatabase } from '@kez-chat/embedded'
import { launchPostgres } from './postgres-launch.ts'
import { sharedPostgresUrl } from './shared-postgres.ts'

export type TestPostgres = {
  /** The superuser's connection string to the database `postgres`. */
  readonly url: string
  /** An empty database for one test file; returns its connection string. */
  readonly createDatabase: () => Promise<string>
  /** Drops the databases made here. */
  readonly stop: () => Promise<void>
}

/** A real Postgres: the one that all test files of a vitest run share, or one of its own outside of vitest. */
export const startTestPostgres = async (): Promise<TestPostgres> => {
  const shared = await sharedPostgresUrl()
  const own = shared === undefined ? await launchPostgres() : undefined
  const url = shared ?? own?.adminUrl() ?? ''
  const made: string[] = []
  return {
    url,
    createDatabase: async () => {
      const name = await createScratchDatabase(url)
      made.push(name)
      const database = new URL(url)
      database.pathname = `/${name}`
      return database.href
    },
    stop: async () => {
      for (const name of made.splice(0)) await dropDatabase(url, name)
      await own?.stop()
    },
  }
}
