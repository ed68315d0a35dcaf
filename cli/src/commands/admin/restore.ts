import type { Command } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { passphraseOptions } from '../../exports/passphrase.ts'
import { describeRestored } from '../../operators/backup/describe.ts'
import { domainOption } from '../../operators/backup/domain.ts'
import { keyOptions } from '../../operators/backup/keys.ts'
import { runRestore } from '../../operators/backup/restore.ts'
import { dataFolderOption } from '../../operators/data-folder.ts'

export const adminRestore: Command = {
  name: 'admin restore',
  about: 'for operators: put a backup back into an empty installation',
  args: [],
  options: {
    from: { value: 'folder', about: 'the folder of one backup' },
    ...passphraseOptions,
    ...domainOption,
    ...dataFolderOption,
    'nats-url': { value: 'url', about: 'put it into this NATS and Postgres, and not into a data folder; NATS_URL' },
    'database-url-file': { value: 'path', about: 'file with postgres://…; DATABASE_URL or DATABASE_URL_FILE' },
    'server-keys': {
      value: 'folder',
      about: 'what "kez admin keys generate" made for this NATS; KEZ_SERVER_KEYS',
    },
    replicas: {
      value: 'number',
      about: 'on how many servers of NATS streams are kept; as before when left out',
      choices: ['1', '3'],
    },
    ...keyOptions,
  },
  examples: [
    'kez admin restore --from /srv/backups/2026-11-28T03-00-00Z --data-dir .kez',
    'kez admin restore --from 2026-11-28T03-00-00Z --nats-url nats://nats:4222 --server-keys keys --database-url-file url',
  ],
  run: async (call) => {
    const from = call.option('from')
    if (from === undefined) throw usageError('--from is missing: the folder of one backup')
    const restored = await runRestore(call, from)
    return { data: restored, text: (paint) => describeRestored(restored, paint) }
  },
}
