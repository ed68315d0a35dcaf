import type { Call } from '../../command.ts'
import { argon2 } from '../../exports/argon2.ts'
import { readPassphrase } from '../../exports/passphrase.ts'
import { VERSION } from '../../version.ts'
import { dataFolderOf } from '../data-folder.ts'
import { namedDomain } from './domain.ts'
import { backupError } from './errors.ts'
import { restoreIntoFolder } from './into-folder.ts'
import { restoreIntoServers } from './into-servers.ts'
import type { Restored } from './restored.ts'

/** Opens a backup, and with every byte of it compared puts it into a data folder, or into NATS and Postgres when they are named. */
export const runRestore = async (call: Call, from: string): Promise<Restored> => {
  const { openBackup } = await import('@kez-chat/backup')
  try {
    call.session.note(`  comparing every file of ${from} with its hash …`)
    const backup = await openBackup({
      folder: from,
      passphrase: () => readPassphrase(call),
      kdf: argon2,
      version: VERSION,
      server: namedDomain(call),
    })
    const natsUrl = call.option('nats-url') ?? (call.session.env.NATS_URL || undefined)
    if (natsUrl !== undefined) return await restoreIntoServers(call, backup, natsUrl)
    return await restoreIntoFolder(call, backup, dataFolderOf(call))
  } catch (error) {
    throw backupError(error)
  }
}
