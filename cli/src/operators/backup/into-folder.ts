import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Backup } from '@kez-chat/backup'
import type { Call } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { fileError } from '../../files/read-input.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { createProgress } from './progress.ts'
import type { Restored } from './restored.ts'
import { withTarget } from './target.ts'

const database = 'kez_chat'

/** Whether there is a folder; one that holds anything is refused. */
const isThere = async (folder: string): Promise<boolean> => {
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw fileError(folder, 'read', cause)
  })
  if (files && files.length > 0)
    throw new CliError(
      EXIT.refused,
      'target_not_empty',
      `${folder} is not empty: a backup is put back into an empty data folder only`,
      { hint: 'Name another folder with --data-dir, or move this one away.' },
    )
  return files !== undefined
}

/**
 * Puts a backup into a data folder of `npm start`. It is made beside and moved into place when all is in it and compared, so
 * that one that was cut off never starts as if it were whole.
 */
export const restoreIntoFolder = async (call: Call, backup: Backup, dataFolder: string): Promise<Restored> => {
  const folder = resolve(dataFolder)
  const { manifest } = backup
  const wasThere = await isThere(folder)
  const embedded = await import('@kez-chat/embedded')
  const { restoreInto } = await import('@kez-chat/backup')
  const work = `${folder}.restoring-${randomBytes(4).toString('hex')}`
  await mkdir(dirname(folder), { recursive: true })
  const stops: (() => Promise<void>)[] = []
  const quiet = { restart: embedded.noRestart, report: () => undefined }
  try {
    const { lock } = await embedded.openDataFolder({ path: work, domain: manifest.server })
    stops.unshift(async () => lock.release())
    for (const { name } of manifest.keys)
      await createPrivateFile(join(work, 'keys', name), (await backup.key(name)).toString('utf8'))
    const { path: binary } = await embedded.findNatsServer({ env: call.session.env })
    const nats = await embedded.startEmbeddedNats({
      folder: work,
      binary,
      inboxStreams: manifest.inboxStreams,
      ...quiet,
    })
    stops.unshift(nats.stop)
    const postgres = await embedded.startEmbeddedPostgres({ folder: work, databases: [database], ...quiet })
    stops.unshift(postgres.stop)
    const target = {
      natsUrl: nats.url,
      seedOf: (user: keyof typeof nats.keys.users) => nats.keys.users[user].seed,
      databaseUrl: postgres.url(database),
      replicas: 1,
    }
    await withTarget(target, (opened) => restoreInto(opened, backup, createProgress(call.session, 'putting back')))
    for (const stop of stops.splice(0)) await stop()
    if (wasThere) await rmdir(folder)
    await rename(work, folder)
  } catch (error) {
    for (const stop of stops) await stop().catch(() => undefined)
    embedded.removeDataFolder(work)
    throw error
  }
  const streams = manifest.inboxStreams === 1 ? '' : `KEZ_INBOX_STREAMS=${manifest.inboxStreams} `
  return {
    manifest,
    into: folder,
    next: [
      `Start it: ${streams}KEZ_DATA_DIR=${folder} npm start`,
      'The tables for reading are made anew at the first start.',
    ],
  }
}
