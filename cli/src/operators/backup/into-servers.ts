import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Backup } from '@kez-chat/backup'
import type { Call } from '../../command.ts'
import { CliError, EXIT, usageError } from '../../errors.ts'
import { createPrivateFile } from '../../files/write-private.ts'
import { dataFolderOf } from '../data-folder.ts'
import { databaseUrlOf } from '../reach-postgres.ts'
import { serverKeys } from './keys.ts'
import { createProgress } from './progress.ts'
import type { Restored } from './restored.ts'
import { type RestoreUser, withTarget } from './target.ts'

/** The seed of a user, in a folder of `kez admin keys generate`, or where all keys lie in one. */
const readSeed = (folder: string, user: RestoreUser): string => {
  const inOne = join(folder, `${user}.nk`)
  const path = existsSync(inOne) ? inOne : join(folder, user === 'backup' ? 'operator' : user, `${user}.nk`)
  try {
    const seed = /^SU[A-Z2-7]{56}$/m.exec(readFileSync(path, 'utf8'))?.[0]
    if (seed !== undefined) return seed
  } catch (cause) {
    throw new CliError(EXIT.files, 'no_server_keys', `the key of the NATS user ${user} cannot be read from ${path}`, {
      cause,
      hint: 'Name the folder that "kez admin keys generate" made for this NATS with --server-keys.',
    })
  }
  throw new CliError(EXIT.files, 'no_server_keys', `${path} holds no seed of a NATS user (a line that starts with SU)`)
}

/** Puts a backup into a NATS and a Postgres that hold nothing yet and that no service uses. */
export const restoreIntoServers = async (call: Call, backup: Backup, natsUrl: string): Promise<Restored> => {
  const { option, session } = call
  const folder = option('server-keys') ?? session.env.KEZ_SERVER_KEYS
  if (!folder)
    throw usageError('--server-keys is missing: the folder that "kez admin keys generate" made for this NATS')
  const replicas = option('replicas')
  const { manifest } = backup
  const keys = serverKeys(call, dataFolderOf(call)).filter(({ name }) => manifest.keys.some((key) => key.name === name))
  const there = keys.find(({ path }) => existsSync(path))
  if (there)
    throw new CliError(EXIT.refused, 'target_not_empty', `there is a key at ${there.path} already; nothing was changed`)
  const { restoreInto } = await import('@kez-chat/backup')
  const target = {
    natsUrl,
    seedOf: (user: RestoreUser) => readSeed(folder, user),
    databaseUrl: await databaseUrlOf(call),
    replicas: replicas === undefined ? undefined : Number(replicas),
    caFile: session.env.KEZ_ADMIN_NATS_CA_FILE || undefined,
  }
  await withTarget(target, (opened) => restoreInto(opened, backup, createProgress(session, 'putting back')))
  for (const { name, path } of keys) await createPrivateFile(path, (await backup.key(name)).toString('utf8'))
  return {
    manifest,
    into: `${natsUrl.replace(/\/\/[^@/]*@/g, '//')} and its Postgres`,
    next: [
      `Start the services with KEZ_CHAT_SERVER=${manifest.server} and KEZ_INBOX_STREAMS=${manifest.inboxStreams}.`,
      'The tables for reading are made anew at the first start.',
    ],
  }
}
