import { type ReadonlySignal, signal } from '@preact/signals-core'
import { forgetSession, type OpenSecrets, rememberSession, restoreSession } from '../session/persistent.ts'
import type { Session } from '../session/session.ts'
import { createTabs } from '../session/tabs.ts'
import { type Database, eraseDatabase, openDatabase } from '../storage/database.ts'
import { StorageError } from '../storage/errors.ts'
import type { Secrets } from '../vault/vault.ts'
import { obstacle } from './environment.ts'
import { goTo, route } from './route.ts'

export type BlockReason = 'insecure' | 'outdated' | 'unavailable' | 'newer_version' | 'damaged' | 'not_loaded'

/** Where the app as a whole stands. */
export type Phase =
  | { readonly name: 'starting' }
  /** It cannot run in this browser, or at this address. */
  | { readonly name: 'blocked'; readonly reason: BlockReason }
  /** No identity on this device. */
  | { readonly name: 'new' }
  | { readonly name: 'locked' }
  | { readonly name: 'open'; readonly session: Session }

/** Code of the app could not be fetched; what is stored here is not to blame. */
class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
}

const current = signal<Phase>({ name: 'starting' })
export const phase: ReadonlySignal<Phase> = current

let database: Database | undefined
const tabs = 'BroadcastChannel' in globalThis ? createTabs() : undefined

const need = <T>(part: T | undefined): T => {
  if (part === undefined) throw new StorageError('unavailable', 'the app has not started')
  return part
}

const endSession = (): void => {
  if (current.value.name === 'open') current.value.session.end()
}

const enter = async (secrets: OpenSecrets): Promise<void> => {
  const { openSession } = await import('../session/session.ts').catch((cause: unknown) => {
    throw new NotLoaded('the app itself did not load', { cause })
  })
  const session = await openSession(need(database), secrets, need(tabs))
  current.value = { name: 'open', session }
  const { name } = route.value
  if (name === 'home' || name === 'create' || name === 'restore') goTo({ name: 'chats' }, { replace: true })
}

/** What is on this device decides: open again, ask for the passphrase, or begin. */
const decide = async (): Promise<void> => {
  if (current.value.name === 'open') return
  const db = need(database)
  const secrets = await restoreSession(db)
  if (secrets) return enter(secrets)
  current.value = { name: (await db.getKey('vault', 'vault')) === undefined ? 'new' : 'locked' }
}

// One at a time: two tabs' messages in quick succession must not open two sessions.
let deciding: Promise<void> = Promise.resolve()
const resume = (): Promise<void> => {
  deciding = deciding.then(decide).catch(block)
  return deciding
}

const listenToTabs = (): void =>
  need(tabs).listen(({ type }) => {
    if (type === 'locked' || type === 'erased') {
      endSession()
      current.value = { name: 'starting' }
      if (type === 'erased') goTo({ name: 'home' }, { replace: true })
    }
    if (type === 'locked' || type === 'erased' || type === 'unlocked') void resume()
  })

const block = (error: unknown): void => {
  const reason = error instanceof NotLoaded ? 'not_loaded' : error instanceof StorageError ? error.code : 'damaged'
  current.value = { name: 'blocked', reason }
}

export const startApp = async (): Promise<void> => {
  const reason = obstacle()
  if (reason) {
    current.value = { name: 'blocked', reason }
    return
  }
  try {
    database = await openDatabase()
    listenToTabs()
    await resume()
  } catch (error) {
    block(error)
  }
}

/** Makes this device the home of an identity, in place of whatever was here, and unlocks it. */
export const settleIn = async (secrets: Secrets, passphrase: string): Promise<void> => {
  const db = need(database)
  const [{ sealVault }, { argon2InWorker }] = await Promise.all([
    import('../vault/vault.ts'),
    import('../vault/argon2.ts'),
  ])
  const vault = await sealVault(secrets, passphrase, argon2InWorker)
  endSession()
  await eraseDatabase(db)
  await db.put('vault', vault, 'vault')
  await rememberSession(db, secrets)
  // Asks the browser not to clear the data when space runs short; a no changes nothing.
  void navigator.storage?.persist?.()
  need(tabs).post({ type: 'erased' })
  await resume()
}

/** Opens the vault with the passphrase; throws VaultError. */
export const openVaultWith = async (passphrase: string): Promise<Secrets> => {
  const [{ openVault }, { argon2InWorker }] = await Promise.all([
    import('../vault/vault.ts'),
    import('../vault/argon2.ts'),
  ])
  return openVault(await need(database).get('vault', 'vault'), passphrase, argon2InWorker)
}

/** Throws VaultError `wrong_passphrase` and the like. */
export const unlock = async (passphrase: string): Promise<void> => {
  const secrets = await openVaultWith(passphrase)
  await rememberSession(need(database), secrets)
  need(tabs).post({ type: 'unlocked' })
  await resume()
}

/** Forgets the keys, here and in every other tab. */
export const lock = async (): Promise<void> => {
  await forgetSession(need(database))
  endSession()
  current.value = { name: 'locked' }
  need(tabs).post({ type: 'locked' })
}

/** Removes the identity and all messages from this browser. */
export const erase = async (): Promise<void> => {
  endSession()
  await eraseDatabase(need(database))
  current.value = { name: 'new' }
  need(tabs).post({ type: 'erased' })
  goTo({ name: 'home' }, { replace: true })
}
