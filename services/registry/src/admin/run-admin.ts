import { bucketName, identityStream } from '@kez-chat/contracts'
import { type JetStream, openJetStream, streamInfo } from '@kez-chat/eventlog'
import {
  type Database,
  RestoreRefused,
  rebuildProjection,
  restoreStream,
  verifyArchive,
} from '@kez-chat/eventlog/postgres'
import { connectNats, type Log, readSeedFile } from '@kez-chat/runtime'
import { type RegistryConfig, type RegistrySecrets, scaleOf } from '../config.ts'
import { migrateRegistry, openRegistryDatabase } from '../db/database.ts'
import { peopleProjection } from '../projection/projection.ts'
import type { Tables } from '../projection/tables.ts'

type Tools = { jetstream: JetStream; database: Database<Tables>; config: RegistryConfig }

const rebuild = async ({ jetstream, database }: Tools): Promise<string> => {
  const { events } = await rebuildProjection({
    jetstream,
    database,
    projection: peopleProjection,
    migrate: migrateRegistry,
  })
  return `The tables were made anew from ${events} events. A registry whose projection had stopped needs a restart.`
}

const verify = async ({ jetstream, database }: Tools): Promise<string> => {
  const { stream, name: projection } = peopleProjection
  const report = await verifyArchive(jetstream, database, { stream, projection })
  const found =
    report.missing.length + report.differing.length === 0
      ? 'All of them are in the archive, byte for byte.'
      : `NOT in the archive: ${report.missing.join(', ') || 'none'}. Different there: ${report.differing.join(', ') || 'none'}.`
  return `${report.checked} events up to ${report.through} were compared. ${found}`
}

const restore = async ({ jetstream, database, config }: Tools): Promise<string> => {
  const directory = await streamInfo(jetstream.jsm, `KV_${bucketName.directory}`)
  if (directory && directory.state.messages > 0)
    throw new RestoreRefused(
      `The bucket ${bucketName.directory} still holds entries, perhaps of people whose registration is lost. ` +
        `Delete it ("nats kv del ${bucketName.directory}"): the registry fills it again from the log.`,
    )
  const restored = await restoreStream(jetstream, database, identityStream(scaleOf(config)))
  const { seq, time } = restored.recoveryPoint
  return (
    `${restored.events} events are back. Recovery point: event ${seq}, stored ${new Date(time).toISOString()}; ` +
    'what came after it is lost. Now run "rebuild", then start the registry.'
  )
}

const actions = { rebuild, 'verify-archive': verify, restore } as const
type AdminAction = keyof typeof actions

const isAction = (text: string | undefined): text is AdminAction => text !== undefined && Object.hasOwn(actions, text)

/** Somebody asked for an action that does not exist. */
export class UnknownAction extends Error {
  override readonly name = 'UnknownAction'
}

/** Does one thing an operator asks for and returns what to tell them. For `restore` every registry must be stopped. */
export const runAdmin = async (
  action: string | undefined,
  { config, secrets }: { config: RegistryConfig; secrets: RegistrySecrets },
  log: Log,
): Promise<string> => {
  if (!isAction(action)) throw new UnknownAction(`Say what to do: ${Object.keys(actions).join(', ')}.`)
  const seed = await readSeedFile(config.natsSeedFile)
  const nc = await connectNats({ name: 'registry', url: config.natsUrl, seed, caFile: config.natsCaFile }, log)
  const database = openRegistryDatabase(secrets.databaseUrl, log)
  try {
    await migrateRegistry(database)
    return await actions[action]({ jetstream: await openJetStream(nc), database, config })
  } finally {
    await database.close()
    await nc.close()
  }
}
