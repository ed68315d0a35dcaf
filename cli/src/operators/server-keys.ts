import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyFileText, ofEachNatsKey } from '@kez-chat/nats-config'
import { makePrivateFolder, replacePrivateFile } from '../files/write-private.ts'
import { folderOf, keyFolders, natsAccountsOf, natsConfigOf, publicKeysOf, readKey } from './keys/place.ts'

export type ServerKeysOptions = {
  /** Gets one folder for each part of the server. */
  readonly to: string
  readonly inboxStreams: number
  /** `host:port/database`; none = no password is made. */
  readonly database: string | undefined
  /** Also what services make for themselves where they may write, and what the Helm chart of NATS includes. */
  readonly kubernetes?: boolean
}

const databaseUser = 'kez_chat'
/** As the Helm chart of NATS names its nodes; further ones hear of each other by these. */
const natsNodes = ['nats-0', 'nats-1', 'nats-2']

/** How nodes of NATS let each other in: part of the block `cluster` of its configuration. */
const natsRoutes = (password: string): string =>
  [
    'authorization {',
    '  user: route',
    `  password: "${password}"`,
    '  timeout: 3',
    '}',
    'routes = [',
    ...natsNodes.map((node) => `  "nats://route:${password}@${node}.nats-headless:6222"`),
    ']',
    '',
  ].join('\n')

/** The VAPID key pair as services/push reads it (RFC 8292). */
const createVapidKeys = (): string => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const point = [Buffer.of(4), ...[jwk.x, jwk.y].map((part) => Buffer.from(part ?? '', 'base64url'))]
  return JSON.stringify({ publicKey: Buffer.concat(point).toString('base64url'), privateKey: jwk.d })
}

/** Folders of keys of which pods have a Secret. */
const secretParts = ['registry', 'auth', 'gateway', 'relay-bridge', 'push', 'operator', 'backup'] as const

/**
 * A component for kustomize that makes the Secrets out of these folders, so that `kubectl apply -k` brings them along. Their
 * names carry a hash of what is in them: pods start anew when their keys changed. It names files, and holds nothing secret.
 */
const secretsOf = (to: string, withPostgres: boolean): string => {
  const generated = secretParts.map((part) => {
    const files = readdirSync(join(to, part)).toSorted()
    return [`  - name: kez-${part}`, '    files:', ...files.map((file) => `      - ${part}/${file}`)]
  })
  const nats = ['  - name: kez-nats', '    files:']
  for (const file of ['nats.conf', 'accounts.conf', 'routes.conf']) nats.push(`      - nats/${file}`)
  const postgres = ['  - name: kez-postgres', '    type: kubernetes.io/basic-auth', '    envs: [postgres/login.env]']
  // The Helm chart of NATS and CloudNativePG know these two by their plain names.
  const plainName = '    options: { disableNameSuffixHash: true }'
  return [
    '# Made by `kez admin keys generate --kubernetes`. Name this folder in `components` of the overlay that it lies in.',
    'apiVersion: kustomize.config.k8s.io/v1alpha1',
    'kind: Component',
    'secretGenerator:',
    ...generated.flat(),
    ...nats,
    plainName,
    ...(withPostgres ? [...postgres, plainName] : []),
    '',
  ].join('\n')
}

/**
 * Makes what is missing of the server's seeds and passwords, and writes the configuration of NATS that fits them. What is
 * there is kept, so that it may run at every start. Returns the files that were written.
 */
export const provideServerKeys = async ({
  to,
  inboxStreams,
  database,
  kubernetes = false,
}: ServerKeysOptions): Promise<string[]> => {
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
  const place = keyFolders(to)
  const keys = ofEachNatsKey((name, create) => {
    const kept = readKey(place.pathOf(name))
    return { name, isNew: kept === undefined, file: kept ?? { current: create().seed } }
  })
  for (const { name, isNew, file } of [...Object.values(keys.users), ...Object.values(keys.callout)]) {
    if (isNew) await keep(folderOf[name], `${name}.nk`, keyFileText(file))
    // Public keys stand beside the configuration, the seed with its owner alone.
    await keep('nats', `${name}.pub`, `${publicKeysOf(file).join('\n')}\n`)
  }
  await keep('nats', 'nats.conf', natsConfigOf(place, inboxStreams))
  if (kubernetes) {
    await keep('nats', 'accounts.conf', natsAccountsOf(place, inboxStreams))
    await once('nats', 'routes.conf', () => natsRoutes(randomBytes(32).toString('hex')).trimEnd())
    await once('push', 'vapid.json', createVapidKeys)
    await once('relay-bridge', 'relay-bridge.key', () => randomBytes(32).toString('hex'))
    await once('backup', 'passphrase', () => randomBytes(24).toString('base64'))
  }
  const secret = await once('registry', 'operator.secret', () => randomBytes(32).toString('hex'))
  await keep('operator', 'operator.secret', `${secret}\n`)
  if (database !== undefined) {
    const password = await once('postgres', 'password', () => randomBytes(32).toString('hex'))
    const url = `postgres://${databaseUser}:${password}@${database}\n`
    await keep('registry', 'database-url', url)
    await keep('push', 'database-url', url)
    await keep('operator', 'database-url', url)
    if (kubernetes) await keep('postgres', 'login.env', `username=${databaseUser}\npassword=${password}\n`)
  }
  if (kubernetes) {
    await keep('.', 'kustomization.yaml', secretsOf(to, database !== undefined))
    // Nothing in here is for a repository.
    await keep('.', '.gitignore', '*\n')
  }
  return written
}
