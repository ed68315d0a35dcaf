import type { JetStream } from '@kez-chat/eventlog'
import { compareStream } from './compare-stream.ts'
import { BackupError } from './errors.ts'
import type { Backup } from './open-backup.ts'
import { type Owner, plannedStreams } from './plan.ts'
import { loadSchema, schemasOf } from './postgres/load.ts'
import { putStream } from './put-stream.ts'

export type RestoreTarget = {
  /** Connected as the service that may make a stream and write into it. */
  readonly as: (owner: Owner) => JetStream
  /** Connected as whoever may read them all. */
  readonly reader: JetStream
  readonly databaseUrl: string
  /** How many servers keep a stream; as before when left out. */
  readonly replicas?: number
}

export type RestoredStream = { readonly name: string; readonly messages: number; readonly contentSha256: string }

/** @throws {BackupError} `target_not_empty` naming what is there */
export const refuseUnlessEmpty = async ({ reader, databaseUrl }: RestoreTarget): Promise<void> => {
  const streams: string[] = []
  try {
    for await (const name of reader.jsm.streams.names()) streams.push(name)
  } catch (cause) {
    throw new BackupError('source_unavailable', 'the streams of the target cannot be listed', { cause })
  }
  const schemas = await schemasOf(databaseUrl)
  const there = [
    ...(streams.length > 0 ? [`the streams ${streams.sort().join(', ')} in NATS`] : []),
    ...(schemas.length > 0 ? [`the schemas ${schemas.join(', ')} in Postgres`] : []),
  ]
  if (there.length > 0)
    throw new BackupError(
      'target_not_empty',
      `a backup is put back into an empty installation only, and here are ${there.join(' and ')}; nothing was changed`,
    )
}

/**
 * Puts the streams and tables of a backup into an empty installation where no service runs, reads everything back, and compares
 * it. The streams that say who is who come last, so that what was cut off is not taken for a server.
 * @throws {BackupError} `target_not_empty`, `target_refused`, `not_the_same`
 */
export const restoreInto = async (
  target: RestoreTarget,
  backup: Backup,
  onProgress: (what: string, put: number, of: number) => void = () => undefined,
): Promise<readonly RestoredStream[]> => {
  const { manifest } = backup
  await refuseUnlessEmpty(target)
  if (manifest.database) {
    onProgress('Postgres', 0, 0)
    await loadSchema(target.databaseUrl, manifest.database, backup.rows())
  }
  const owners = new Map(plannedStreams(manifest.inboxStreams).map(({ name, owner }) => [name, owner]))
  const restored: RestoredStream[] = []
  for (const entry of manifest.streams) {
    const owner = owners.get(entry.name)
    if (owner === undefined) throw new BackupError('backup_damaged', `${entry.name} is not a stream of kez-chat`)
    await putStream({
      jetstream: target.as(owner),
      entry,
      messages: backup.messages(entry.name),
      ...(target.replicas === undefined ? {} : { replicas: target.replicas }),
      onMessages: (put, of) => onProgress(entry.name, put, of),
    })
    await compareStream(target.reader, entry)
    restored.push({ name: entry.name, messages: entry.messages, contentSha256: entry.contentSha256 })
  }
  return restored
}
