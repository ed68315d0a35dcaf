import type { MessagingKey, TransportKey } from '@kez-chat/messaging'
import type { RelayPool } from '@kez-chat/nostr-client'
import type { Account } from '../storage/account.ts'
import type { Store } from '../storage/store.ts'
import { homeRelayOf } from '../sync/choices.ts'
import type { Servers } from '../sync/servers.ts'
import { createLooking, type Occasion } from './looking.ts'
import { createPublishing } from './publishing.ts'
import { createSoon } from './soon.ts'

export type PicturesOptions = {
  readonly store: Store
  readonly key: MessagingKey
  readonly transportKey: TransportKey
  readonly account: Account
  readonly servers: Servers
  readonly pool: RelayPool
  readonly onPicture: () => void
  readonly onFaces: (conversations: readonly string[]) => void
  readonly onOutgoing: () => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

const hour = 3_600_000
/** A new contact's wrap is often still on its way when their first message has come. */
const untilTheirProfile = 6_000
const mostExpected = 100

/** Whom a relay of ours asks for pictures, and what it is told of ours: in the tab that leads. */
export const startPictures = (options: PicturesOptions) => {
  const { store, key, transportKey, servers, pool, onError, signal } = options
  const { handle, server } = options.account
  const homeRelay = homeRelayOf(servers.own.baseUrl)
  const common = { store, pool, homeRelay, now: servers.own.now, signal }

  const relayOf = (of: string): string | undefined => {
    try {
      const { client } = servers.of(of)
      return client === servers.own ? undefined : homeRelayOf(client.baseUrl)
    } catch {
      return undefined
    }
  }
  const publishing = createPublishing({
    ...common,
    owner: { key, transportKey, handle, server },
    onPicture: options.onPicture,
    onOutgoing: options.onOutgoing,
  })
  const looking = createLooking({ ...common, key, relayOf, onFaces: options.onFaces, onError })

  let working: Promise<void> = Promise.resolve()
  // One after the other: both would change the same record.
  const publish = (): void => {
    working = working.then(publishing.publish).catch((error: unknown) => {
      if (!signal.aborted) onError(error)
    })
  }
  const soon = createSoon(publish, { wait: 2_000, between: 10_000 })

  const expected = new Map<string, ReturnType<typeof setTimeout>>()
  const expect = (tag: string): void => {
    if (expected.has(tag) || expected.size >= mostExpected) return
    expected.set(
      tag,
      setTimeout(() => {
        expected.delete(tag)
        looking.want(tag, 'talk')
      }, untilTheirProfile),
    )
  }

  const sweep = (): void => void looking.sweep().catch(onError)
  const sweeping = setInterval(sweep, hour)
  sweep()

  return {
    /** A relay has come, or the list of them is another one. */
    onRelay: (): void => {
      publish()
      looking.resume()
    },
    /** The picture, or who may see it, has changed. */
    changed: (): void => {
      publishing.changed()
      soon.ask()
    },
    /** They wrote. */
    onArrived: expect,
    keyCame: (tag: string): void => void looking.keyCame(tag).catch(onError),
    look: (tag: string, occasion: Occasion): void => looking.want(tag, occasion),
    /** What is under way writes nothing once the signal has aborted, so nobody waits for relays that do not answer. */
    stop: (): void => {
      soon.stop()
      clearInterval(sweeping)
      for (const timer of expected.values()) clearTimeout(timer)
    },
  }
}
