import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JetStream } from '@kez-chat/eventlog'
import type { Call, Options } from '../command.ts'
import { CliError, EXIT } from '../errors.ts'
import { addressesIn, dataFolderOf, dataFolderOption } from './data-folder.ts'

export const natsOptions: Options = {
  'nats-url': { value: 'url', about: 'NATS servers, comma-separated; NATS_URL, or those of npm start when left out' },
  'nats-seed-file': {
    value: 'path',
    about:
      'seed of our NATS user; KEZ_ADMIN_NATS_SEED_FILE (backup: KEZ_BACKUP_NATS_SEED_FILE), or that of npm start when left out',
  },
  ...dataFolderOption,
}

/** Users for whoever runs `kez admin`, and the variable that names the file with their seed. */
const seedVariables = { admin: 'KEZ_ADMIN_NATS_SEED_FILE', backup: 'KEZ_BACKUP_NATS_SEED_FILE' } as const
type OperatorUser = keyof typeof seedVariables

const defaultUrl = 'nats://127.0.0.1:4222'
/** For a person who waits, ms. */
const patience = 3_000

const seedIn = (path: string, user: OperatorUser): string => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CliError(EXIT.files, 'no_admin_key', `the key of the NATS user ${user} cannot be read from ${path}`, {
      cause,
      hint: `With npm start: start it once, it makes the key. Else "kez admin keys generate", restart NATS, and name operator/${user}.nk with --nats-seed-file.`,
    })
  }
  const seed = /^SU[A-Z2-7]{56}$/m.exec(text)?.[0]
  if (seed !== undefined) return seed
  throw new CliError(EXIT.files, 'no_admin_key', `${path} holds no seed of a NATS user (a line that starts with SU)`)
}

const withoutSecrets = (url: string): string => url.replace(/\/\/[^@/]*@/g, '//')

const refusedHint =
  'NATS does not know this key: "kez admin keys generate" writes its configuration, which NATS reads when it starts; npm start does both.'

const notReached = (url: string, folder: string, cause: unknown): CliError => {
  const why = cause instanceof Error ? cause.message : String(cause)
  if (/authori[sz]ation|authentication/i.test(why))
    return new CliError(EXIT.refused, 'nats_refused', `NATS at ${withoutSecrets(url)} does not let us in`, {
      cause,
      hint: refusedHint,
    })
  return new CliError(EXIT.network, 'nats_unreachable', `NATS at ${withoutSecrets(url)} was not reached`, {
    cause,
    hint: `Is the server running? Name it with --nats-url or NATS_URL, or the data folder of npm start (${folder}) with --data-dir.`,
  })
}

/**
 * Does `work` on JetStream as the NATS user `admin`, which may see and mend how streams are set and nothing else, or as
 * `backup`, which may read what a backup holds and write nothing.
 * @throws CliError `no_admin_key`, `nats_refused`, `nats_unreachable`
 */
export const withNats = async <T>(
  call: Call,
  work: (jetstream: JetStream) => Promise<T>,
  user: OperatorUser = 'admin',
): Promise<T> => {
  const { option, session } = call
  const folder = dataFolderOf(call)
  const url = option('nats-url') ?? (session.env.NATS_URL || (addressesIn(folder)?.nats ?? defaultUrl))
  const seed = seedIn(
    option('nats-seed-file') ?? (session.env[seedVariables[user]] || join(folder, 'keys', `${user}.nk`)),
    user,
  )
  // Loaded by those commands alone that need it: it takes longer than most commands run.
  const [{ connectNats, createLog }, { openJetStream }] = await Promise.all([
    import('@kez-chat/runtime'),
    import('@kez-chat/eventlog'),
  ])
  const caFile = session.env.KEZ_ADMIN_NATS_CA_FILE || undefined
  const nc = await connectNats({ name: user, url, seed, caFile, patience }, createLog('kez', 'silent')).catch(
    (cause: unknown) => {
      throw notReached(url, folder, cause)
    },
  )
  try {
    return await work(await openJetStream(nc))
  } finally {
    await nc.close()
  }
}
