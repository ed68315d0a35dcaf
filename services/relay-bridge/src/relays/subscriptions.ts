import { KIND_ACK, KIND_MESSAGE } from '@kez-chat/messaging/nostr'
import type { AddressTable } from '../addresses/address-table.ts'
import { createAddressChunks } from './address-chunks.ts'
import type { RelayLimits } from './limits.ts'

type Filter = { kinds: number[]; '#q'?: string[]; since: number; until?: number; limit: number }

/** A subscription that is open, and what came of its stored events. `closed`: the relay listens no more. */
type Open = { name: string; filters: Filter[]; stored: number; oldest: number; complete: boolean; closed: boolean }

export type SubscriptionOptions = {
  readonly limits: RelayLimits
  readonly table: AddressTable
  /** From how many addresses on the relay is listened to as a whole. */
  readonly feedFrom: number
  /** Unix seconds from which is asked. */
  readonly since: () => number
  readonly send: (message: readonly unknown[]) => void
  readonly now: () => number
}

/** What is asked of a relay, and how far it has answered. */
export type Subscriptions = {
  /** Asks for those who are to be listened for now; says nothing when they are the same as before. */
  refresh(): void
  /** Asks for everything anew. */
  reopen(): void
  /** The relay has closed a subscription; returns whether it was open. */
  closed(id: string): boolean
  /** An event came; `createdAt` in unix seconds. Returns whether it is one of those stored ones that were asked for. */
  arrived(id: string, createdAt: number): boolean
  /** The relay has no more stored events of a subscription. */
  ended(id: string): void
  /** The relay has handed over all it had stored. */
  readonly complete: boolean
  readonly mode: 'filters' | 'feed'
}

const kinds = [KIND_MESSAGE, KIND_ACK]
const feedName = 'feed'
const pageName = 'page'
const chunkName = (chunk: number): string => `q${chunk}`
/** Of an answer that is shorter, nothing is missing; relays that return fewer at once are of no use. */
const pageFrom = 20
const addressCharacters = 67
const filterCharacters = 160
const mostValues = 200

const valuesPerFilter = ({ messageBytes, filters }: RelayLimits): number =>
  Math.max(1, Math.min(mostValues, Math.floor((messageBytes / filters - filterCharacters) / addressCharacters)))

export const createSubscriptions = ({
  limits,
  table,
  feedFrom,
  since,
  send,
  now,
}: SubscriptionOptions): Subscriptions => {
  const values = valuesPerFilter(limits)
  // One is kept free for reading further back.
  const chunks = createAddressChunks(Math.max(1, limits.subscriptions - 1), values * limits.filters)
  const open = new Map<string, Open>()
  let asked = 0
  const pages: Filter[] = []
  let mode: 'filters' | 'feed' = 'filters'
  let version = -1

  const base = (): Filter => ({ kinds, since: since(), limit: limits.events })

  const idOf = (name: string): string | undefined => [...open].find(([, each]) => each.name === name)?.[0]

  const close = (id: string | undefined): void => {
    const subscription = id !== undefined && open.get(id)
    if (!subscription) return
    open.delete(id)
    if (!subscription.closed) send(['CLOSE', id])
  }

  const closeAll = (): void => {
    for (const id of [...open.keys()]) close(id)
    pages.length = 0
  }

  /** Under an id of its own each time: the end of an older answer, still under way, is not taken for that of this one. */
  const ask = (name: string, filters: Filter[]): void => {
    close(idOf(name))
    const id = `${name}.${++asked}`
    open.set(id, { name, filters, stored: 0, oldest: Number.POSITIVE_INFINITY, complete: false, closed: false })
    send(['REQ', id, ...filters])
  }

  const askChunk = (chunk: number): void => {
    const addresses = chunks.members(chunk)
    if (addresses.length === 0) {
      close(idOf(chunkName(chunk)))
      return
    }
    const filters: Filter[] = []
    for (let at = 0; at < addresses.length; at += values)
      filters.push({ ...base(), '#q': addresses.slice(at, at + values) })
    ask(chunkName(chunk), filters)
  }

  const askChunks = (): void => {
    for (let chunk = 0; chunk < limits.subscriptions; chunk++) if (chunks.members(chunk).length > 0) askChunk(chunk)
  }

  const nextPage = (): void => {
    if (idOf(pageName) !== undefined) return
    const page = pages.shift()
    if (page) ask(pageName, [page])
  }

  /** There may be more behind the oldest event of an answer that is not short. */
  const readFurther = ({ filters, stored, oldest }: Open): void => {
    const [filter, ...others] = filters
    if (!filter || stored < Math.min(pageFrom, limits.events)) return
    // Each filter has a limit of its own, so each ends elsewhere.
    if (others.length > 0) return void pages.push(...filters)
    // A second with more events than fit into one answer is passed, else it would never end.
    const until = oldest === filter.until ? oldest - 1 : oldest
    if (until >= filter.since) pages.push({ ...filter, until })
  }

  const refresh = (): void => {
    if (version === table.version) return
    version = table.version
    const addresses = table.size >= feedFrom ? undefined : new Set(table.addresses())
    const changed = addresses && chunks.update(addresses)
    if (changed === undefined) {
      if (mode === 'feed' && idOf(feedName) !== undefined) return
      closeAll()
      mode = 'feed'
      ask(feedName, [base()])
      return
    }
    if (mode === 'feed') {
      closeAll()
      mode = 'filters'
      askChunks()
      return
    }
    for (const chunk of changed) askChunk(chunk)
  }

  return {
    refresh,
    reopen: () => {
      closeAll()
      if (mode === 'feed') ask(feedName, [base()])
      else askChunks()
    },
    closed: (id) => {
      const subscription = open.get(id)
      if (subscription) subscription.closed = true
      return subscription !== undefined
    },
    arrived: (id, createdAt) => {
      const subscription = open.get(id)
      if (!subscription || subscription.complete) return false
      subscription.stored += 1
      subscription.oldest = Math.min(subscription.oldest, createdAt, Math.floor(now() / 1_000))
      return subscription.stored <= subscription.filters.length * limits.events
    },
    ended: (id) => {
      const subscription = open.get(id)
      if (!subscription || subscription.complete) return
      subscription.complete = true
      readFurther(subscription)
      if (subscription.name === pageName) close(id)
      nextPage()
    },
    get complete() {
      return pages.length === 0 && [...open.values()].every(({ complete }) => complete)
    },
    get mode() {
      return mode
    },
  }
}
