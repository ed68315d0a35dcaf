import type { Manifest } from '@kez-chat/backup'
import type { Call } from '../../command.ts'
import { VERSION } from '../../version.ts'
import { dataFolderOf } from '../data-folder.ts'
import { withNats } from '../reach-nats.ts'
import { databaseUrlOf } from '../reach-postgres.ts'
import { domainOf } from './domain.ts'
import { backupError } from './errors.ts'
import { refuseMissing, serverKeys } from './keys.ts'
import { passphraseOf } from './passphrase.ts'
import { createProgress } from './progress.ts'

export type Taken = { readonly folder: string; readonly manifest: Manifest; readonly removed: readonly string[] }

/** Takes a backup of the server that a command line names, and removes older ones when it is whole. */
export const runBackup = async (call: Call, to: string, keep: number | undefined): Promise<Taken> => {
  const dataFolder = dataFolderOf(call)
  const server = domainOf(call, dataFolder)
  const keyFiles = call.has('without-keys') ? [] : serverKeys(call, dataFolder)
  refuseMissing(keyFiles)
  const passphrase = await passphraseOf(call)
  const databaseUrl = await databaseUrlOf(call)
  const { pruneBackups, takeBackup } = await import('@kez-chat/backup')
  try {
    const { folder, manifest } = await withNats(
      call,
      (jetstream) =>
        takeBackup({
          ...{ to, jetstream, databaseUrl, keyFiles, server, version: VERSION },
          ...(passphrase === undefined ? {} : { passphrase }),
          onProgress: createProgress(call.session, 'copying'),
        }),
      'backup',
    )
    return { folder, manifest, removed: keep === undefined ? [] : await pruneBackups(to, keep) }
  } catch (error) {
    throw backupError(error)
  }
}
