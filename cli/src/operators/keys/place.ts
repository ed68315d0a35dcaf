import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type KeyFile,
  type NatsKeyName,
  nkeyOfSeed,
  ofEachNatsUser,
  readKeyFile,
  renderNatsAccounts,
  renderNatsConfig,
  seedsIn,
} from '@kez-chat/nats-config'
import { CliError, EXIT } from '../../errors.ts'

/** In whose folder the seed of each key is: a container sees its own folder and no other. */
export const folderOf: Readonly<Record<NatsKeyName, string>> = {
  registry: 'registry',
  gateway: 'gateway',
  'relay-bridge': 'relay-bridge',
  push: 'push',
  auth: 'auth',
  'auth-reader': 'auth',
  'auth-kick': 'auth',
  'auth-issuer': 'auth',
  'auth-xkey': 'auth',
  admin: 'operator',
  backup: 'operator',
  sys: 'operator',
}

/** Where the keys of a server are. */
export type KeyPlace = {
  readonly pathOf: (name: NatsKeyName) => string
  /** The operator's secret; the first is the registry's, the others are copies of it. */
  readonly secrets: readonly [string, ...string[]]
  /** The configuration of NATS, and where public keys stand beside it; none where it is made at each start. */
  readonly nats: { readonly config: string; readonly publicKey: (name: NatsKeyName) => string } | undefined
}

/** As `kez admin keys generate` lays them out: one folder for each part of the server. */
export const keyFolders = (to: string): KeyPlace => ({
  pathOf: (name) => join(to, folderOf[name], `${name}.nk`),
  secrets: [join(to, 'registry', 'operator.secret'), join(to, 'operator', 'operator.secret')],
  nats: { config: join(to, 'nats', 'nats.conf'), publicKey: (name) => join(to, 'nats', `${name}.pub`) },
})

/** As `npm start` has them, in its data folder. */
export const keysOfDataFolder = (folder: string): KeyPlace => ({
  pathOf: (name) => join(folder, 'keys', `${name}.nk`),
  secrets: [join(folder, 'keys', 'operator.secret')],
  nats: undefined,
})

/** The public halves of what a file of a key holds, that of the key in use first. */
export const publicKeysOf = (file: KeyFile): string[] => seedsIn(file).map((seed) => nkeyOfSeed(seed).publicKey)

const bad = (path: string, cause?: unknown): CliError =>
  new CliError(EXIT.files, 'bad_key_file', `${path} holds no key of NATS`, {
    cause,
    hint: 'Put it back from a backup; or remove it, and a new one is made. Restart NATS and its owner then.',
  })

/** Undefined where there is none yet. @throws CliError `bad_key_file` */
export const readKey = (path: string): KeyFile | undefined => {
  if (!existsSync(path)) return undefined
  const file = readKeyFile(readFileSync(path, 'utf8'))
  if (!file) throw bad(path)
  try {
    publicKeysOf(file)
  } catch (cause) {
    throw bad(path, cause)
  }
  return file
}

/** @throws CliError `bad_key_file`, also where there is none */
export const needKey = (path: string): KeyFile => {
  const file = readKey(path)
  if (file) return file
  throw bad(path)
}

const accountsOf = ({ pathOf }: KeyPlace, inboxStreams: number) => ({
  users: ofEachNatsUser((user) => publicKeysOf(needKey(pathOf(user)))),
  // Of these a server takes one each.
  callout: {
    issuer: nkeyOfSeed(needKey(pathOf('auth-issuer')).current).publicKey,
    xkey: nkeyOfSeed(needKey(pathOf('auth-xkey')).current).publicKey,
  },
  inboxStreams,
})

/** Who may log in to NATS and do what, for a server whose other settings come from elsewhere. */
export const natsAccountsOf = (place: KeyPlace, inboxStreams: number): string =>
  renderNatsAccounts(accountsOf(place, inboxStreams))

/** The configuration of NATS in containers, which accepts every key in the files of each user. */
export const natsConfigOf = (place: KeyPlace, inboxStreams: number): string => {
  const anywhere = '0.0.0.0'
  return renderNatsConfig({
    serverName: 'kez-nats',
    listen: { host: anywhere, port: 4222 },
    websocket: { host: anywhere, port: 8443 },
    monitor: { host: anywhere, port: 8222 },
    storeDir: '/data/jetstream',
    ...accountsOf(place, inboxStreams),
  })
}
