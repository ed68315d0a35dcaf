import type { Database } from '@kez-chat/eventlog/postgres'
import type { Call, Options } from '../command.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import { readInputFile } from '../files/read-input.ts'
import { addressesIn, dataFolderOf, dataFolderOption, keptIn } from './data-folder.ts'

export const postgresOptions: Options = {
  'database-url-file': {
    value: 'path',
    about: 'file with postgres://…; DATABASE_URL or DATABASE_URL_FILE, or that of npm start when left out',
  },
  ...dataFolderOption,
}

const maxUrlBytes = 64 * 1024

/** The services' role and database of `npm start`. */
const ofDataFolder = (folder: string): string | undefined => {
  const address = addressesIn(folder)?.postgres
  const password = keptIn(folder, 'keys', 'postgres.password')
  return address && password ? `postgres://kez_chat:${password}@${address}` : undefined
}

/** Where the services' Postgres is, with its password: never for a terminal or a log. @throws CliError */
export const databaseUrlOf = async (call: Call): Promise<string> => {
  const { option, session } = call
  const file = option('database-url-file') ?? (session.env.DATABASE_URL ? undefined : session.env.DATABASE_URL_FILE)
  const folder = dataFolderOf(call)
  const text = file ? (await readInputFile(file, maxUrlBytes)).text.trim() : session.env.DATABASE_URL
  const url = text || ofDataFolder(folder)
  if (!url)
    throw new CliError(EXIT.network, 'postgres_unknown', 'where Postgres is was not said, and no npm start runs here', {
      hint: `Set DATABASE_URL or DATABASE_URL_FILE, or name the data folder of npm start (${folder}) with --data-dir.`,
    })
  if (!/^postgres(ql)?:\/\//.test(url)) throw usageError('the address of Postgres must start with postgres://')
  return url
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'its address')

/**
 * Does `work` on the services' Postgres, in one of its schemas.
 * @throws CliError `postgres_unknown`, `postgres_refused`, `postgres_unreachable`
 */
export const withPostgres = async <Tables, T>(
  call: Call,
  schema: string,
  work: (database: Database<Tables>) => Promise<T>,
): Promise<T> => {
  const url = await databaseUrlOf(call)
  const [{ openDatabase }, { createLog }] = await Promise.all([
    import('@kez-chat/eventlog/postgres'),
    import('@kez-chat/runtime'),
  ])
  const database = openDatabase<Tables>({ url, schema, log: createLog('kez', 'silent') })
  try {
    await database.check().catch((cause: unknown) => {
      throw notReached(url, cause)
    })
    return await work(database)
  } finally {
    await database.close()
  }
}

const notReached = (url: string, cause: unknown): CliError => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  // SQLSTATE: 28 wrong role or password, 3D no such database.
  if (/^(28|3D)/.test(code))
    return new CliError(EXIT.refused, 'postgres_refused', `Postgres at ${hostOf(url)} lets nobody in by this address`, {
      cause,
      hint: 'Role, password and database are those of DATABASE_URL that the registry has.',
    })
  return new CliError(EXIT.network, 'postgres_unreachable', `Postgres at ${hostOf(url)} was not reached`, {
    cause,
    hint: 'Is it running? It is the DATABASE_URL of the services; in containers run this inside one of them.',
  })
}
