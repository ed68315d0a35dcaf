import type { MailboxState } from '@kez-chat/contracts'
import { type MessagingKey, messagingKeyFromSeed, transportKeyFromSeed } from '@kez-chat/messaging'
import type { RelayState, Sender } from '@kez-chat/nostr-client'
import { computed, type ReadonlySignal, signal } from '@preact/signals-core'
import { type ChatsState, createChatsState } from '../chats/state.ts'
import type { FileNews } from '../files/news.ts'
import { createFaces, type Faces } from '../profile/faces.ts'
import { followPeople } from '../profile/follow.ts'
import type { Occasion } from '../profile/looking.ts'
import { createOwnPicture, type OwnPictureState } from '../profile/own.ts'
import { indexHistory } from '../search/indexing.ts'
import { type Account, adoptAccount, readAccount } from '../storage/account.ts'
import { createAtRest } from '../storage/at-rest.ts'
import type { Database } from '../storage/database.ts'
import { readCursor } from '../storage/incoming.ts'
import { migrateOutbox } from '../storage/migrate-outbox.ts'
import type { Store } from '../storage/store.ts'
import { type ChoicesState, openChoices } from '../sync/choices.ts'
import { cipherInWorker } from '../sync/cipher.ts'
import { createServers, type Servers } from '../sync/servers.ts'
import { type Sync, startSync } from '../sync/sync.ts'
import { type RelayTest, testRelay } from '../sync/test-relay.ts'
import { afterPaint } from '../ui/after-paint.ts'
import type { Connection } from './connection.ts'
import type { OpenSecrets } from './persistent.ts'
import type { Tabs } from './tabs.ts'
import type { TellOptions } from './tell-history.ts'

/** Everything that exists only while the app is unlocked. Locking drops it as a whole. */
export type Session = Pick<ChoicesState, 'choices' | 'setRelays' | 'setConfirmations'> & {
  readonly key: MessagingKey
  readonly store: Store
  readonly tabs: Tabs
  /** Undefined until the identity has a handle. */
  readonly account: ReadonlySignal<Account | undefined>
  readonly connection: ReadonlySignal<Connection>
  readonly mailbox: ReadonlySignal<MailboxState | undefined>
  /** How it stands with each relay, live: `own` ones, and those that people we write to have named. */
  readonly relays: ReadonlySignal<readonly RelayState[]>
  /** How far the files have come that are on their way, by their tags. */
  readonly files: ReadonlySignal<ReadonlyMap<string, FileNews>>
  /** How far this device's clock is ahead of the home server's, ms; 0 when it is right, as far as is known. */
  readonly skew: ReadonlySignal<number>
  readonly chats: ChatsState
  /** The pictures of people. */
  readonly faces: Faces
  /** The own picture. */
  readonly picture: OwnPictureState
  /** Aborts when the session ends. */
  readonly ended: AbortSignal
  /** Unix ms by the home server's clock, as far as it is known: what is signed or judged by time goes by it. */
  now(): number
  /** Undefined until the identity has a handle. */
  servers(): Servers | undefined
  /** The identity got its handle: the exchange of messages begins. */
  adopt(account: Account): Promise<void>
  /** A conversation changed here: this tab and the others read it again. */
  changed(conversation: string): void
  /** The list of what could not be opened changed here. */
  unopenedChanged(): void
  /** Removes from the server what this device has received. */
  freeMailbox(): Promise<void>
  /** Who writes, and by which ways; undefined until the identity has a handle. */
  sender(): Sender | undefined
  /** Something was written, or given up. */
  kick(): void
  /** Looks for confirmations that came while nobody listened. */
  findAcks(): void
  /** The conversation was accepted: what waited for it is confirmed. */
  contactAccepted(tag: string): void
  /** The person has chosen another picture, or who may see it. */
  pictureChanged(): void
  /** Looks for somebody's picture, unless that was done lately. */
  lookAt(tag: string, occasion: Occasion): void
  /** Tries at once what waits for its next attempt. */
  retryNow(): void
  /** Whether a relay answers, and how fast; publishes nothing. */
  testRelay(url: string): Promise<RelayTest>
  end(): void
}

/** The code comes for those alone who have brought a history from elsewhere. */
const tellMoved = async (options: TellOptions): Promise<void> => {
  if ((await options.store.db.getKey('device', 'events')) === undefined) return
  const { tellHistory } = await import('./tell-history.ts')
  await tellHistory(options)
}

const once = <T extends object>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

export const openSession = async (db: Database, secrets: OpenSecrets, tabs: Tabs): Promise<Session> => {
  // Curves take their time, and a list of chats shows nothing that comes of them.
  const keys = once(() => ({
    key: messagingKeyFromSeed(secrets.seed),
    transportKey: transportKeyFromSeed(secrets.seed),
  }))
  const store: Store = { db, rest: createAtRest(secrets.storageKey) }
  const ending = new AbortController()
  const account = signal(await readAccount(store))
  const home = computed(() => account.value?.base_url ?? window.location.origin)
  const connection = signal<Connection>({ state: 'connecting' })
  const mailbox = signal<MailboxState | undefined>(undefined)
  const relays = signal<readonly RelayState[]>([])
  const skew = signal(0)
  const files = signal<ReadonlyMap<string, FileNews>>(new Map())
  const chats = createChatsState(store)
  const faces = createFaces(store, ending.signal)
  const picture = createOwnPicture(store, ending.signal)
  await migrateOutbox(store)
  const choices = await openChoices(store, tabs, home, ending.signal)
  let servers: Servers | undefined
  let sync: Sync | undefined
  let asked: ((sync: Sync) => void)[] = []
  /** What is asked while the exchange is not there yet is done when it is. */
  const withSync = (ask: (sync: Sync) => void): void => {
    if (sync) ask(sync)
    else if (servers) asked.push(ask)
  }

  const start = (account: Account, servers: Servers): void => {
    if (ending.signal.aborted) return
    const { key, transportKey } = keys()
    // Tells every tab the server's time, also those that leave the exchange to another one.
    void servers.time()
    const started = startSync({
      ...{ store, key, transportKey, account, servers, choices, tabs, signal: ending.signal },
      startCipher: (signal) => cipherInWorker(secrets.seed, signal),
      onStored: (conversations) => void chats.reload(conversations),
      onConnection: (next) => {
        connection.value = next
      },
      onMailbox: (next) => {
        mailbox.value = next
      },
      onFiles: (next) => {
        files.value = new Map(next.map((news) => [news.tag, news]))
      },
      onRelays: (next) => {
        relays.value = next
      },
      onPicture: picture.reload,
      onFaces: faces.reload,
    })
    sync = started
    for (const ask of asked) ask(started)
    asked = []
    void tellMoved({ store, key, account, client: servers.own, signal: ending.signal }).catch(() => undefined)
    followPeople({ chats, look: started.lookAt, contactsChanged: started.contactsChanged, ended: ending.signal })
  }

  const begin = (account: Account): Servers => {
    servers = createServers(account.server, home.peek(), (next) => {
      skew.value = next
    })
    return servers
  }

  const adopted = async (): Promise<void> => {
    const stored = await readAccount(store)
    if (!stored || servers) return
    account.value = stored
    start(stored, begin(stored))
  }

  tabs.listen((message) => {
    if (message.type === 'account') void adopted()
  }, ending.signal)
  const here = account.value
  const reached = here && begin(here)
  await chats.load()
  // What is kept here is shown first.
  if (here && reached) afterPaint(() => start(here, reached))
  picture.reload()
  void indexHistory(store, ending.signal).catch(() => undefined)

  return {
    get key() {
      return keys().key
    },
    ...{ store, tabs, account, connection, mailbox, skew, relays, files, chats, faces, picture },
    ...choices,
    ended: ending.signal,
    now: () => servers?.own.now() ?? Date.now(),
    servers: () => servers,
    adopt: async (taken) => {
      await adoptAccount(store, taken)
      tabs.post({ type: 'account' })
      await adopted()
    },
    changed: (conversation) => {
      void chats.reload([conversation])
      tabs.post({ type: 'stored', conversations: [conversation] })
    },
    unopenedChanged: () => {
      void chats.reload([])
      tabs.post({ type: 'stored', conversations: [] })
    },
    freeMailbox: async () => {
      const owner = account.value && { handle: account.value.handle, signer: keys().key }
      if (!owner || !servers) return
      await servers.own.freeInbox(owner, await readCursor(store))
      mailbox.value = undefined
    },
    sender: () =>
      account.value && {
        ...{ ...keys(), fromHandle: `${account.value.handle}@${account.value.server}` },
        ways: { home: true, relay: choices.choices.value.relays.length > 0 },
      },
    kick: () => withSync((sync) => sync.kick()),
    findAcks: () => withSync((sync) => sync.findAcks()),
    contactAccepted: (tag) => withSync((sync) => sync.contactAccepted(tag)),
    pictureChanged: () => {
      picture.reload()
      withSync((sync) => sync.pictureChanged())
    },
    lookAt: (tag, occasion) => withSync((sync) => sync.lookAt(tag, occasion)),
    retryNow: () => withSync((sync) => sync.retryNow()),
    testRelay: (url) => testRelay(url, keys().transportKey),
    end: () => ending.abort(),
  }
}
