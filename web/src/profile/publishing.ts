import { MessageError } from '@kez-chat/messaging'
import { KIND_PROFILE, type NostrEvent } from '@kez-chat/messaging/nostr'
import { visualKeyBody } from '@kez-chat/messaging/visual'
import { type OutgoingRecord, prepareMessage, type RelayFate, type RelayPool } from '@kez-chat/nostr-client'
import { listConversations } from '../storage/conversations.ts'
import { changeOwnPicture, type OwnPicture, readOwnPicture, storeProfile } from '../storage/own-picture.ts'
import type { Store } from '../storage/store.ts'
import { isNewer } from './newer.ts'
import type { Contact, Owner } from './owner.ts'
import { type Plan, planProfile } from './plan.ts'

export type PublishingOptions = {
  readonly store: Store
  readonly owner: Owner
  readonly pool: RelayPool
  /** The relay of the home server, also where it is not in the person's own list. */
  readonly homeRelay: string
  /** Unix ms. */
  readonly now: () => number
  /** The own picture changed here. */
  readonly onPicture: () => void
  /** Messages were stored that are to be sent. */
  readonly onOutgoing: () => void
  readonly signal: AbortSignal
}

const queryWithin = 5_000
const mostTries = 3

/** The people who may see the own picture: those who were accepted or written to, and are not blocked. */
export const contactsIn = async (store: Store, owner: Owner): Promise<Contact[]> =>
  (await listConversations(store))
    .filter(({ standing = 'accepted', primary }) => standing === 'accepted' && primary !== owner.key.primary)
    .map(({ tag, primary }) => ({ tag, primary }))

const newestOf = (events: readonly NostrEvent[]): NostrEvent | undefined =>
  events.reduce<NostrEvent | undefined>((best, event) => (isNewer(event, best) ? event : best), undefined)

/** The own profile (kind 0), as it is published: with the picture, for whom it is, and whatever else is in it. */
export const createPublishing = (options: PublishingOptions) => {
  const { store, owner, pool, homeRelay, now, signal } = options
  let stale = true

  const found = async (): Promise<NostrEvent | undefined> => {
    const filters = [{ kinds: [KIND_PROFILE], authors: [owner.transportKey.publicKey] }]
    return newestOf(await pool.query(filters, { withinMs: queryWithin, most: 20, also: [homeRelay] }))
  }

  const keyMessages = (own: OwnPicture, tell: readonly Contact[]): Promise<OutgoingRecord[]> => {
    const { key, transportKey, handle, server } = owner
    const ways = { home: true, relay: pool.relays().length > 0 }
    const sender = { key, transportKey, fromHandle: `${handle}@${server}`, ways }
    const { picture } = own
    if (!picture) return Promise.resolve([])
    return Promise.all(
      tell.map(async ({ primary: to }) => {
        const saying = { to, body: { ...visualKeyBody(picture) }, sentAt: now() }
        return (await prepareMessage(sender, saying)).record
      }),
    )
  }

  const planned = async (before: OwnPicture, newest: NostrEvent | undefined): Promise<Plan | undefined> => {
    try {
      return await planProfile(owner, before, newest, await contactsIn(store, owner), now())
    } catch (error) {
      if (!(error instanceof MessageError) || error.code !== 'too_large') throw error
      await changeOwnPicture(store, (own) => ({ ...own, problem: 'too_large' }))
      options.onPicture()
      return undefined
    }
  }

  /** What is to be published from here on; undefined when there is no room for it. */
  const settle = async (): Promise<NostrEvent | undefined> => {
    const newest = await found()
    for (let tries = 0; tries < mostTries; tries++) {
      const before = await readOwnPicture(store)
      const plan = await planned(before, newest)
      signal.throwIfAborted()
      if (!plan) return undefined
      const { own, tell } = plan
      if (own.event.id === before.event?.id && tell.length === 0) return own.event
      const messages = await keyMessages(own, tell)
      signal.throwIfAborted()
      if (!(await storeProfile(store, before, own, messages))) continue
      options.onPicture()
      if (messages.length > 0) options.onOutgoing()
      return own.event
    }
    return undefined
  }

  const publish = async (): Promise<void> => {
    const live = pool.states().filter((relay) => relay.own && relay.phase === 'live')
    if (live.length === 0) return
    const wanted = [...new Set([...live.map(({ url }) => url), homeRelay])]
    const { by } = await readOwnPicture(store)
    if (!stale && wanted.every((url) => by.includes(url))) return
    stale = false
    try {
      const event = await settle()
      if (!event) return
      const { by: before } = await readOwnPicture(store)
      const missing = wanted.filter((url) => !before.includes(url))
      if (missing.length === 0) return
      const publication = pool.publish(event, { only: missing, also: [homeRelay] })
      await publication.settled
      const taken = publication.fates().filter(isDone)
      signal.throwIfAborted()
      await changeOwnPicture(store, (own) =>
        own.event?.id === event.id ? { ...own, by: [...own.by, ...taken.map(({ relay }) => relay)] } : own,
      )
      options.onPicture()
    } catch (error) {
      stale = true
      throw error
    }
  }

  // The home server refuses a key that it does not know yet, and knows it soon; other relays mean it.
  const isDone = ({ relay, state }: RelayFate): boolean =>
    state === 'accepted' || (state === 'refused' && relay !== homeRelay)

  return {
    /** Picture or contacts have changed: what is published is looked at again. */
    changed: (): void => {
      stale = true
    },
    /** Publishes the profile to the relays that are there and have not got it. */
    publish,
  }
}
