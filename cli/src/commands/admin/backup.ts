import type { Call, Command, Report } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { passphraseOptions } from '../../exports/passphrase.ts'
import { describeTaken } from '../../operators/backup/describe.ts'
import { domainOption } from '../../operators/backup/domain.ts'
import { keyOptions } from '../../operators/backup/keys.ts'
import { runBackup } from '../../operators/backup/take.ts'
import { natsOptions } from '../../operators/reach-nats.ts'
import { postgresOptions } from '../../operators/reach-postgres.ts'

const mostKept = 10_000

const keptOf = ({ option }: Call): number | undefined => {
  const text = option('keep')
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > mostKept)
    throw usageError(`--keep is a whole number from 1 to ${mostKept}`)
  return Number(text)
}

const run = async (call: Call): Promise<Report> => {
  const to = call.option('to')
  if (to === undefined) throw usageError('--to is missing: the folder that gets a folder for this backup')
  const keep = keptOf(call)
  const taken = await runBackup(call, to, keep)
  return { data: taken, text: (paint) => describeTaken(taken, paint) }
}

export const adminBackup: Command = {
  name: 'admin backup',
  about: 'for operators: copy everything that a server cannot make anew, while it runs',
  args: [],
  options: {
    to: { value: 'folder', about: 'gets a folder for this backup, named for its time' },
    keep: { value: 'number', about: 'afterwards, remove all but so many of the newest backups there' },
    ...passphraseOptions,
    'without-keys': { about: 'leave out the keys of pushes and of the relay bridge' },
    ...keyOptions,
    ...domainOption,
    ...natsOptions,
    ...postgresOptions,
  },
  examples: [
    'kez admin backup --to /srv/backups --keep 14 --passphrase-file backup.passphrase',
    'kez admin backup --to /srv/backups --without-keys',
  ],
  run,
}
