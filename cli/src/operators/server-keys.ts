import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createCalloutXkey,
  createIssuerNkey,
  createUserNkey,
  type NatsUser,
  type Nkey,
  renderNatsConfig,
} from '@kez-chat/nats-config'
import { makePrivateFolder, replacePrivateFile } from '../files/write-private.ts'

/** In whose folder the seed of each user is: a container sees its own folder and no other. */
const folderOf: Readonly<Record<NatsUser, string>> = {
  registry: 'registry',
  gateway: 'gateway',
  'relay-bridge': 'relay-bridge',
  push: 'push',
  auth: 'auth',
  'auth-reader': 'auth',
  'auth-kick': 'auth',
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
  /** The public key stands beside the configuration, the seed with its owner alone. */
  const publicKey = async (folder: string, name: string, make: () => Nkey): Promise<string> => {
    const isWhole = existsSync(join(to, folder, `${name}.nk`)) && existsSync(join(to, 'nats', `${name}.pub`))
    if (!isWhole) {
      const made = make()
      await keep('nats', `${name}.pub`, `${made.publicKey}\n`)
      await keep(folder, `${name}.nk`, `${made.seed}\n`)
    }
    return readFileSync(join(to, 'nats', `${name}.pub`), 'utf8').trim()
  }
  const user = (name: NatsUser) => publicKey(folderOf[name], name, createUserNkey)
  const users: Record<NatsUser, string> = {
    registry: await user('registry'),
    gateway: await user('gateway'),
    'relay-bridge': await user('relay-bridge'),
    push: await user('push'),
    auth: await user('auth'),
    'auth-reader': await user('auth-reader'),
    'auth-kick': await user('auth-kick'),
    sys: await user('sys'),
  }
  const callout = {
    issuer: await publicKey('auth', 'auth-issuer', createIssuerNkey),
    xkey: await publicKey('auth', 'auth-xkey', createCalloutXkey),
  }
  const anywhere = '0.0.0.0'
  const config = renderNatsConfig({
    serverName: 'kez-nats',
    listen: { host: anywhere, port: 4222 },
    websocket: { host: anywhere, port: 8443 },
    monitor: { host: anywhere, port: 8222 },
    storeDir: '/data/jetstream',
    users,
    callout,
    inboxStreams,
  })
  await keep('nats', 'nats.conf', config)
  await once('registry', 'operator.secret', () => randomBytes(32).toString('hex'))
  if (database !== undefined) {
    const password = await once('postgres', 'password', () => randomBytes(32).toString('hex'))
    const url = `postgres://${databaseUser}:${password}@${database}\n`
    await keep('registry', 'database-url', url)
    await keep('push', 'database-url', url)
  }
  return written
}
