import { KIND_ACK, KIND_MESSAGE } from '@kez-chat/messaging/nostr'
import type { AddressTable } from '../addresses/address-table.ts'
import { createAddressChunks } from './address-chunks.ts'
import type { RelayLimits } from './limits.ts'

type Filter = { kinds: number[]; '#q'?: string[]; since: number; until?: number; limit: number }

/** A subscription that is open, and what came of its stored events. */
type Open = { filters: Filter[]; stored: number; oldest: number; complete: boolean }

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
  /** Asks for everything anew, after the relay has closed what was open. */
  reopen(): void
  isOpen(id: string): boolean
  /** An event came; `createdAt` in unix seconds. */
  arrived(id: string, createdAt: number): void
  /** The relay has no more stored events of a subscription. */
  ended(id: string): void
  /** The relay has handed over all it had stored. */
  readonly complete: boolean
  readonly mode: 'filters' | 'feed'
}

const kinds = [KIND_MESSAGE, KIND_ACK]
const feedId = 'feed'
const pageId = 'page'
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
  const pages: Filter[] = []
  let mode: 'filters' | 'feed' = 'filters'
  let version = -1

  const base = (): Filter => ({ kinds, since: since(), limit: limits.events })

  const ask = (id: string, filters: Filter[]): void => {
    open.set(id, { filters, stored: 0, oldest: Number.POSITIVE_INFINITY, complete: false })
    send(['REQ', id, ...filters])
  }

  const close = (id: string): void => {
    if (open.delete(id)) send(['CLOSE', id])
  }

  const closeAll = (): void => {
    for (const id of [...open.keys()]) close(id)
    pages.length = 0
  }

  const askChunk = (chunk: number): void => {
    const addresses = chunks.members(chunk)
    if (addresses.length === 0) {
      close(`q${chunk}`)
      return
    }
    const filters: Filter[] = []
    for (let at = 0; at < addresses.length; at += values)
      filters.push({ ...base(), '#q': addresses.slice(at, at + values) })
    ask(`q${chunk}`, filters)
  }

  const nextPage = (): void => {
    if (open.has(pageId)) return
    const page = pages.shift()
    if (page) ask(pageId, [page])
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
      if (mode === 'feed' && open.has(feedId)) return
      closeAll()
      mode = 'feed'
      ask(feedId, [base()])
      return
    }
    if (mode === 'feed') {
      closeAll()
      mode = 'filters'
      for (let chunk = 0; chunk < limits.subscriptions; chunk++) if (chunks.members(chunk).length > 0) askChunk(chunk)
      return
    }
    for (const chunk of changed) askChunk(chunk)
  }

  return {
    refresh,
    reopen: () => {
      open.clear()
      pages.length = 0
      if (mode === 'feed') ask(feedId, [base()])
      else
        for (let chunk = 0; chunk < limits.subscriptions; chunk++) if (chunks.members(chunk).length > 0) askChunk(chunk)
    },
    isOpen: (id) => open.has(id),
    arrived: (id, createdAt) => {
      const subscription = open.get(id)
      if (!subscription || subscription.complete) return
      subscription.stored += 1
      subscription.oldest = Math.min(subscription.oldest, createdAt, Math.floor(now() / 1_000))
    },
    ended: (id) => {
      const subscription = open.get(id)
      if (!subscription || subscription.complete) return
      subscription.complete = true
      readFurther(subscription)
      if (id === pageId) close(id)
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
