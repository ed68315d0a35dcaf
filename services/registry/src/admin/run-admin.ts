import { bucketName, chainsStream, identityStream } from '@kez-chat/contracts'
import { type JetStream, openJetStream, streamInfo } from '@kez-chat/eventlog'
import {
  type Database,
  type Projection,
  type Restored,
  RestoreRefused,
  rebuildProjection,
  restoreStream,
  verifyArchive,
} from '@kez-chat/eventlog/postgres'
import { connectNats, type Log, readSeedFile } from '@kez-chat/runtime'
import { chainsProjection } from '../chains/projection.ts'
import type { ChainTables } from '../chains/tables.ts'
import { type RegistryConfig, type RegistrySecrets, scaleOf } from '../config.ts'
import { migrateChains, migrateRegistry, openChainsDatabase, openRegistryDatabase } from '../db/database.ts'
import { peopleProjection } from '../projection/projection.ts'
import type { Tables } from '../projection/tables.ts'

type Tools = {
  jetstream: JetStream
  people: Database<Tables>
  chains: Database<ChainTables>
  config: RegistryConfig
}

const rebuild = async <Event, T>(
  jetstream: JetStream,
  database: Database<T>,
  projection: Projection<Event, T>,
  migrate: (database: Database<T>) => Promise<void>,
): Promise<string> => {
  const { events } = await rebuildProjection({ jetstream, database, projection, migrate })
  return `The tables were made anew from ${events} events.`
}

const verify = async <Event, T>(
  jetstream: JetStream,
  database: Database<T>,
  { stream, name: projection }: Projection<Event, T>,
): Promise<string> => {
  const report = await verifyArchive(jetstream, database, { stream, projection })
  const found =
    report.missing.length + report.differing.length === 0
      ? 'All of them are in the archive, byte for byte.'
      : `NOT in the archive: ${report.missing.join(', ') || 'none'}. Different there: ${report.differing.join(', ') || 'none'}.`
  return `${report.checked} events up to ${report.through} were compared. ${found}`
}

const tellRestored = ({ events, recoveryPoint: { seq, time } }: Restored, next: string): string =>
  `${events} events are back. Recovery point: event ${seq}, stored ${new Date(time).toISOString()}; ` +
  `what came after it is lost. Now run "${next}", then start the registry.`

const restore = async ({ jetstream, people, config }: Tools): Promise<string> => {
  const directory = await streamInfo(jetstream.jsm, `KV_${bucketName.directory}`)
  if (directory && directory.state.messages > 0)
    throw new RestoreRefused(
      `The bucket ${bucketName.directory} still holds entries, perhaps of people whose registration is lost. ` +
        `Delete it ("nats kv del ${bucketName.directory}"): the registry fills it again from the log.`,
    )
  return tellRestored(await restoreStream(jetstream, people, identityStream(scaleOf(config))), 'rebuild')
}

const restoreChains = async ({ jetstream, chains, config }: Tools): Promise<string> => {
  const spec = chainsStream(scaleOf(config), { maxBytes: config.chainStreamBytes })
  return tellRestored(await restoreStream(jetstream, chains, spec), 'rebuild-chains')
}

const actions = {
  rebuild: ({ jetstream, people }: Tools) => rebuild(jetstream, people, peopleProjection, migrateRegistry),
  'verify-archive': ({ jetstream, people }: Tools) => verify(jetstream, people, peopleProjection),
  restore,
  'rebuild-chains': ({ jetstream, chains }: Tools) => rebuild(jetstream, chains, chainsProjection, migrateChains),
  'verify-chains-archive': ({ jetstream, chains }: Tools) => verify(jetstream, chains, chainsProjection),
  'restore-chains': restoreChains,
} as const
type AdminAction = keyof typeof actions

const isAction = (text: string | undefined): text is AdminAction => text !== undefined && Object.hasOwn(actions, text)

/** Somebody asked for an action that does not exist. */
export class UnknownAction extends Error {
  override readonly name = 'UnknownAction'
}

/** Does one thing an operator asks for and returns what to tell them. To restore, every registry must be stopped. */
export const runAdmin = async (
  action: string | undefined,
  { config, secrets }: { config: RegistryConfig; secrets: RegistrySecrets },
  log: Log,
): Promise<string> => {
  if (!isAction(action)) throw new UnknownAction(`Say what to do: ${Object.keys(actions).join(', ')}.`)
  const seed = await readSeedFile(config.natsSeedFile)
  const nc = await connectNats({ name: 'registry', url: config.natsUrl, seed, caFile: config.natsCaFile }, log)
  const people = openRegistryDatabase(secrets.databaseUrl, log)
  const chains = openChainsDatabase(secrets.databaseUrl, log)
  try {
    await migrateRegistry(people)
    await migrateChains(chains)
    return await actions[action]({ jetstream: await openJetStream(nc), people, chains, config })
  } finally {
    await Promise.all([people.close(), chains.close()])
    await nc.close()
  }
}
