import { type ReadonlySignal, signal } from '@preact/signals-core'
import {
  forgetSession,
  newSessionRecord,
  type OpenSecrets,
  rememberSession,
  restoreSession,
} from '../session/persistent.ts'
import { createTabs } from '../session/tabs.ts'
import { type Database, databaseName, eraseDatabase, openDatabase, replaceAll } from '../storage/database.ts'
import { StorageError, storageFault } from '../storage/errors.ts'
import type { Beginning } from '../storage/first-records.ts'
import { takeStock } from '../storage/stock.ts'
import { transact } from '../storage/transact.ts'
import { openVaultNow, sealVaultNow } from '../vault/on-demand.ts'
import type { Secrets } from '../vault/vault.ts'
import { alone, isTaken, untilFree } from './alone.ts'
import { obstacle } from './environment.ts'
import { freshPage } from './fresh-page.ts'
import { dropHint, hasHint, leaveHint } from './hint.ts'
import type { BlockReason, Phase } from './phase.ts'
import { goTo, route } from './route.ts'
import { eraseTabTraces, eraseTraces } from './traces.ts'

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

/** The storage while it may be locked. */
export const deviceStorage = (): Database => need(database)

const endSession = (): void => {
  if (current.value.name === 'open') current.value.session.end()
}

const stop = (reason: BlockReason): void => {
  endSession()
  current.value = { name: 'blocked', reason }
}

const block = (error: unknown): void => {
  if (error instanceof NotLoaded) stop('not_loaded')
  else if (error instanceof StorageError) stop(error.code)
  else stop(error instanceof DOMException ? storageFault(error).code : 'damaged')
}

const load = async <T>(part: Promise<T>): Promise<T> =>
  part.catch((cause: unknown) => {
    throw new NotLoaded('the app itself did not load', { cause })
  })

const loadCanary = () => load(Promise.all([import('../storage/at-rest.ts'), import('../storage/canary.ts')]))

const loadFirstRecords = () => load(import('../storage/first-records.ts'))

const enter = async (secrets: OpenSecrets): Promise<void> => {
  const [{ createAtRest }, { judgeStorage, writeCanary }] = await loadCanary()
  const { openSession } = await load(import('../session/session.ts'))
  const store = { db: need(database), rest: createAtRest(secrets.storageKey) }
  const verdict = await judgeStorage(store)
  if (verdict !== 'sound') {
    current.value = { name: 'lost', what: verdict === 'gone' ? 'messages' : 'foreign', secrets }
    return
  }
  const session = await openSession(store.db, secrets, need(tabs))
  leaveHint()
  current.value = { name: 'open', session }
  void load(import('../notifications/follow.ts')).then(
    ({ followNotifications }) => followNotifications(session),
    () => undefined,
  )
  const known = session.account.subscribe((account) => {
    // Without space the canary stays as it was, and warns of less.
    void writeCanary(store, { account: account !== undefined }).catch(() => undefined)
  })
  session.ended.addEventListener('abort', known)
  const { name } = route.value
  if ((await store.db.getKey('device', 'moving')) !== undefined) goTo({ name: 'import' }, { replace: true })
  else if (name === 'home' || name === 'create' || name === 'restore') goTo({ name: 'chats' }, { replace: true })
}

/** Another tab has the storage to itself: waits, and goes on when it has done. */
const stepAside = (): void => {
  endSession()
  current.value = { name: 'moving', here: false }
  void untilFree().then(resume)
}

/** What is on this device decides: open again, ask for the passphrase, begin, or say what is missing. */
const decide = async (): Promise<void> => {
  if (current.value.name === 'open') return
  if (await isTaken()) return stepAside()
  const db = need(database)
  const [secrets, stock] = [await restoreSession(db), await takeStock(db)]
  if (!stock.vault && secrets) current.value = { name: 'lost', what: 'lock', secrets }
  else if (secrets) await enter(secrets)
  else if (stock.vault) current.value = { name: 'locked' }
  else if (stock.more) current.value = { name: 'lost', what: 'keys' }
  else current.value = hasHint() ? { name: 'lost', what: 'everything' } : { name: 'new' }
}

// One at a time: two tabs' messages in quick succession must not open two sessions.
let deciding: Promise<void> = Promise.resolve()
const resume = (): Promise<void> => {
  deciding = deciding.then(decide).catch(block)
  return deciding
}

/** The keys are gone: nothing of them stays in the page's memory either. */
const startAfresh = async (): Promise<void> => {
  endSession()
  current.value = { name: 'starting' }
  if (await freshPage()) return
  await open()
}

const listenToTabs = (): void =>
  need(tabs).listen(({ type }) => {
    // This tab is at work itself; the others wait for it.
    if (current.value.name === 'moving' && current.value.here) return
    if (type === 'taken') stepAside()
    if (type === 'erased') {
      eraseTabTraces()
      goTo({ name: 'home' }, { replace: true })
    }
    if (type === 'locked' || type === 'erased') void startAfresh()
    // What blocks the app is not cured by an unlocking elsewhere.
    if (type === 'unlocked' && current.value.name !== 'blocked' && current.value.name !== 'moving') void resume()
  })

const slow = 8_000

const open = async (): Promise<void> => {
  const wait = (): void => {
    if (current.value.name === 'starting') current.value = { name: 'blocked', reason: 'other_tab' }
  }
  const waiting = setTimeout(wait, slow)
  try {
    database?.close()
    database = await openDatabase(databaseName, {
      onBlocked: wait,
      onTaken: (by) => stop(by === 'deletion' ? 'cleared' : 'superseded'),
      onLost: () => stop('cleared'),
    })
    await resume()
  } catch (error) {
    block(error)
  } finally {
    clearTimeout(waiting)
  }
}

export const startApp = async (): Promise<void> => {
  const reason = obstacle()
  if (reason) {
    stop(reason)
    return
  }
  listenToTabs()
  await open()
}

const loadForget = () => load(import('../notifications/forget.ts'))

/** Nobody is to be told here of what comes for an identity that leaves this browser. */
const forgetNotifications = async (): Promise<void> => {
  const session = current.value.name === 'open' ? current.value.session : undefined
  await loadForget().then(
    (part) => part.forgetNotifications(session),
    () => undefined,
  )
}

/** Makes this device the home of an identity, in place of whatever was here. */
export const settle = async (secrets: Secrets, passphrase: string, beginning: Beginning): Promise<void> => {
  const db = need(database)
  const { sealFirstRecords } = await loadFirstRecords()
  const vault = await sealVaultNow(secrets, passphrase)
  const session = await newSessionRecord(secrets)
  await forgetNotifications()
  endSession()
  await replaceAll(db, { vault, session, ...sealFirstRecords(secrets.storageKey, beginning, Date.now()) })
  // Asks the browser not to clear the data when space runs short; a no changes nothing.
  void navigator.storage?.persist?.()
  need(tabs).post({ type: 'erased' })
}

/** The same, and unlocks it. */
export const settleIn = async (secrets: Secrets, passphrase: string, beginning: Beginning): Promise<void> => {
  await settle(secrets, passphrase, beginning)
  await resume()
}

/**
 * Does something for which nobody else may touch the storage: no other tab, no session of this one. What it has shown
 * stays until `comeBack`. Rejects with StorageError `unavailable` when another tab does not make room.
 */
export const workAlone = async <T>(work: () => Promise<T>): Promise<T> => {
  const quiet = async (): Promise<void> => {
    need(tabs).post({ type: 'taken' })
    endSession()
    current.value = { name: 'moving', here: true }
  }
  return alone(quiet, work)
}

/** Goes on with what is here now. */
export const comeBack = async (): Promise<void> => {
  current.value = { name: 'starting' }
  await resume()
}

/** Opens the vault with the passphrase; throws VaultError. */
export const openVaultWith = async (passphrase: string): Promise<Secrets> =>
  openVaultNow(await need(database).get('vault', 'vault'), passphrase)

/** The same secrets under another passphrase; throws VaultError when the old one is wrong. */
export const changePassphrase = async (old: string, fresh: string): Promise<void> => {
  const vault = await sealVaultNow(await openVaultWith(old), fresh)
  await transact(need(database), ['vault'], async (tx) => {
    const store = tx.objectStore('vault')
    // Where the identity was removed meanwhile, it stays removed.
    if ((await store.getKey('vault')) !== undefined) await store.put(vault, 'vault')
  })
}

/** Remembers what a passphrase or an authenticator has opened, and goes in. */
export const unlockWith = async (secrets: OpenSecrets): Promise<void> => {
  await rememberSession(need(database), secrets)
  need(tabs).post({ type: 'unlocked' })
  await resume()
}

/** Throws VaultError `wrong_passphrase` and the like. */
export const unlock = async (passphrase: string): Promise<void> => unlockWith(await openVaultWith(passphrase))

/** What is lost is lost: goes on with the identity and what is left. */
export const goOnWithout = async (): Promise<void> => {
  const now = current.value
  if (now.name !== 'lost') return
  if (now.what === 'everything') {
    dropHint()
    current.value = { name: 'new' }
  }
  if (now.what !== 'messages' || !now.secrets) return
  const [{ createAtRest }, { writeCanary }] = await loadCanary()
  await writeCanary({ db: need(database), rest: createAtRest(now.secrets.storageKey) }, { account: false })
  need(tabs).post({ type: 'unlocked' })
  await resume()
}

/** Puts what the remembered session still holds under a passphrase again. */
export const mendLock = async (passphrase: string): Promise<void> => {
  const now = current.value
  if (now.name !== 'lost' || now.what !== 'lock' || !now.secrets) return
  await need(database).put('vault', await sealVaultNow(now.secrets, passphrase), 'vault')
  need(tabs).post({ type: 'unlocked' })
  await resume()
}

/** Forgets the keys, here and in every other tab. */
export const lock = async (): Promise<void> => {
  await forgetSession(need(database))
  need(tabs).post({ type: 'locked' })
  await startAfresh()
}

/** Removes the identity and everything else that the app has stored from this browser, in every tab. */
export const erase = async (): Promise<void> => {
  await forgetNotifications()
  endSession()
  current.value = { name: 'starting' }
  await eraseDatabase(need(database))
  await eraseTraces()
  need(tabs).post({ type: 'erased' })
  goTo({ name: 'home' }, { replace: true })
  await startAfresh()
}
