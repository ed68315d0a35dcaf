import type { Client } from '@kez-chat/client'
import { createTransportBinding } from '@kez-chat/identity'
import type { MessagingKey, TransportKey } from '@kez-chat/messaging'
import { createInboxRelaysEvent, createRelayListEvent, type NostrEvent } from '@kez-chat/messaging/nostr'
import type { RelayPool } from '@kez-chat/nostr-client'
import type { Account } from '../storage/account.ts'
import { readManners, writeManners } from '../storage/manners.ts'
import type { Store } from '../storage/store.ts'

export type MannersOptions = {
  readonly store: Store
  readonly key: MessagingKey
  readonly transportKey: TransportKey
  readonly account: Account
  readonly client: Client
  readonly pool: RelayPool
  readonly signal: AbortSignal
}

/** What a new nostr key owes others: who it belongs to, and where it is reached (protocol §4). Its profile is `profile`'s. */
export const createManners = (options: MannersOptions) => {
  const { store, key, transportKey, account, client, pool, signal } = options
  let working: Promise<unknown> = Promise.resolve()

  // One after the other: both change the same record.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = working.then(work)
    working = done.catch(() => undefined)
    return done
  }

  const bind = async (): Promise<boolean> => {
    const manners = await readManners(store)
    if (manners.bound === account.server) return false
    const binding = createTransportBinding(transportKey.secret, key.primary, account.server)
    await client.bindTransport({ handle: account.handle, signer: key }, binding, { signal })
    signal.throwIfAborted()
    await writeManners(store, { ...manners, bound: account.server })
    return true
  }

  /** The relays that have taken all of these events, or never will. */
  const publishTo = async (relays: readonly string[], events: readonly NostrEvent[]): Promise<string[]> => {
    const missing = new Set<string>()
    for (const event of events) {
      const publication = pool.publish(event, { only: relays })
      publication.accepted.catch(() => undefined)
      await publication.settled
      for (const { relay, state } of publication.fates()) {
        if (state !== 'accepted' && state !== 'refused') missing.add(relay)
      }
    }
    return relays.filter((url) => !missing.has(url))
  }

  const publish = async (): Promise<void> => {
    const own = pool.relays()
    const what = JSON.stringify([account.handle, account.server, own])
    const manners = await readManners(store)
    const by = manners.published?.what === what ? manners.published.by : []
    const ready = pool.states().filter((relay) => relay.own && relay.phase === 'live' && !by.includes(relay.url))
    if (ready.length === 0) return
    const now = client.now()
    const listed = own.slice(0, 32).map((url) => ({ url, read: true, write: true }))
    const events = [
      createRelayListEvent(listed, now, transportKey),
      createInboxRelaysEvent(own.slice(0, 32), now, transportKey),
    ]
    const taken = await publishTo(
      ready.map(({ url }) => url),
      events,
    )
    signal.throwIfAborted()
    await writeManners(store, { ...manners, published: { what, by: [...by, ...taken] } })
  }

  return {
    /** Binds the transport key to the identity at the home server, once. True when that was new. */
    bind: (): Promise<boolean> => inTurn(bind),
    /** Publishes the relay lists to the relays that are there and have not got them. */
    publish: (): Promise<void> => inTurn(publish),
  }
}
