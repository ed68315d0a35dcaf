import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type NatsKeyName,
  type Nkey,
  nkeyOfSeed,
  ofEachNatsKey,
  ofEachNatsUser,
  renderNatsConfig,
} from '@kez-chat/nats-config'
import { CliError, EXIT } from '../errors.ts'
import { makePrivateFolder, replacePrivateFile } from '../files/write-private.ts'

/** In whose folder the seed of each key is: a container sees its own folder and no other. */
const folderOf: Readonly<Record<NatsKeyName, string>> = {
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

export type ServerKeysOptions = {
  /** Gets one folder for each part of the server. */
  readonly to: string
  readonly inboxStreams: number
  /** `host:port/database`; none = no password is made. */
  readonly database: string | undefined
}

const databaseUser = 'kez_chat'

const readNkey = (path: string): Nkey | undefined => {
  if (!existsSync(path)) return undefined
  try {
    return nkeyOfSeed(readFileSync(path, 'utf8').trim())
  } catch (cause) {
    throw new CliError(EXIT.files, 'bad_key_file', `${path} holds no key of NATS`, {
      cause,
      hint: 'Put it back from a backup; or remove it, and a new one is made. Restart NATS and its owner then.',
    })
  }
}

/**
 * Makes what is missing of the server's seeds and passwords, and writes the configuration of NATS that fits them. What is
 * there is kept, so that it may run at every start. Returns the files that were written.
 */
export const provideServerKeys = async ({ to, inboxStreams, database }: ServerKeysOptions): Promise<string[]> => {
  const written: string[] = []
  const keep = async (folder: string, name: string, text: string): Promise<void> => {
    const path = join(to, folder, name)
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return
    await makePrivateFolder(join(to, folder))
    await replacePrivateFile(path, text)
    written.push(join(folder, name))
  }
  const once = async (folder: string, name: string, make: () => string): Promise<string> => {
    const path = join(to, folder, name)
    if (!existsSync(path)) await keep(folder, name, `${make()}\n`)
    return readFileSync(path, 'utf8').trim()
  }
  const keys = ofEachNatsKey((name, create) => {
    const kept = readNkey(join(to, folderOf[name], `${name}.nk`))
    return { name, isNew: kept === undefined, ...(kept ?? create()) }
  })
  for (const { name, isNew, seed, publicKey } of [...Object.values(keys.users), ...Object.values(keys.callout)]) {
    if (isNew) await keep(folderOf[name], `${name}.nk`, `${seed}\n`)
    // The public key stands beside the configuration, the seed with its owner alone.
    await keep('nats', `${name}.pub`, `${publicKey}\n`)
  }
  const anywhere = '0.0.0.0'
  const config = renderNatsConfig({
    serverName: 'kez-nats',
    listen: { host: anywhere, port: 4222 },
    websocket: { host: anywhere, port: 8443 },
    monitor: { host: anywhere, port: 8222 },
    storeDir: '/data/jetstream',
    users: ofEachNatsUser((user) => keys.users[user].publicKey),
    callout: { issuer: keys.callout.issuer.publicKey, xkey: keys.callout.xkey.publicKey },
    inboxStreams,
  })
  await keep('nats', 'nats.conf', config)
  const secret = await once('registry', 'operator.secret', () => randomBytes(32).toString('hex'))
  await keep('operator', 'operator.secret', `${secret}\n`)
  if (database !== undefined) {
    const password = await once('postgres', 'password', () => randomBytes(32).toString('hex'))
    const url = `postgres://${databaseUser}:${password}@${database}\n`
    await keep('registry', 'database-url', url)
    await keep('push', 'database-url', url)
    await keep('operator', 'database-url', url)
  }
  return written
}
