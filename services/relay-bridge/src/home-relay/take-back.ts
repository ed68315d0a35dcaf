import { relayStored, streamName } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { countMessages, readBatches, readFromLeader, removeThrough } from '@kez-chat/eventlog/messages'
import { KIND_APP_DATA, type NostrEvent, tagValues } from '@kez-chat/messaging/nostr'
import { appDataName, listKinds } from './kinds.ts'
import type { Store, Stored } from './store.ts'
import { decodeEvent } from './stored-event.ts'

/** Most events one request takes back. */
export const maxTargets = 100
/** Most taken-back events that are remembered of one author. */
const maxGone = 1_000

type Targets = { ids: ReadonlySet<string>; kinds: ReadonlySet<number> }

/** What a deletion request (NIP-09) is about: events by id, and the author's own lists by kind. */
export const targetsOf = (request: NostrEvent): Targets => {
  const ids = tagValues(request, 'e').filter((id) => /^[0-9a-f]{64}$/.test(id))
  const kinds = tagValues(request, 'a').flatMap((coordinate) => {
    const [kind = '', author, name = '', ...rest] = coordinate.split(':')
    const isOurs = author === request.pubkey && rest.length === 0 && /^\d+$/.test(kind) && listKinds.has(Number(kind))
    return isOurs && name === nameOf(Number(kind)) ? [Number(kind)] : []
  })
  return { ids: new Set(ids), kinds: new Set(kinds) }
}

/** The one name (tag `d`) that a kind is kept under here. */
const nameOf = (kind: number): string => (kind === KIND_APP_DATA ? appDataName : '')

const byKind = (kind: number): string => `k${kind}`

/** Deletion requests (NIP-09) and requests to vanish (NIP-62): removes, and remembers that it is not to come back. */
export const createTakeBack = (jetstream: JetStream, store: Store) => {
  const { relayMail, relayLists } = streamName
  const everything = Number.MAX_SAFE_INTEGER - 1

  const lastOf = async (subject: string): Promise<NostrEvent | undefined> => {
    const last = await readFromLeader(jetstream, relayLists, { last_by_subj: subject })
    return last && decodeEvent(last)
  }

  const removeLists = async (author: string, isMeant: (event: NostrEvent) => boolean): Promise<void> => {
    for (const kind of listKinds) {
      const subject = relayStored.list(author, kind)
      const last = await readFromLeader(jetstream, relayLists, { last_by_subj: subject })
      const event = last && decodeEvent(last)
      if (event && isMeant(event)) await removeThrough(jetstream, relayLists, subject, last.seq)
    }
  }

  const removeMail = async (filter: string, isMeant: (event: NostrEvent) => boolean): Promise<void> => {
    const [, , address = ''] = filter.split('.')
    for await (const batch of readBatches(jetstream, relayMail, { subject: filter, from: 1 }))
      for (const message of batch) {
        const event = decodeEvent(message)
        if (event && isMeant(event))
          await removeThrough(jetstream, relayMail, relayStored.mail(address, event.pubkey, event.id), message.seq)
      }
  }

  /** What an author took back needs no memory once everything of that time is gone. */
  const removeGone = async (author: string, isMeant: (event: NostrEvent) => boolean): Promise<void> => {
    const range = { subject: relayStored.gone(author, '*'), from: 1 }
    for await (const batch of readBatches(jetstream, relayLists, range))
      for (const message of batch) {
        const request = decodeEvent(message)
        if (!request || !isMeant(request)) continue
        const { ids, kinds } = targetsOf(request)
        for (const target of [...ids, ...[...kinds].map(byKind)])
          await removeThrough(jetstream, relayLists, relayStored.gone(author, target), message.seq)
      }
  }

  return {
    /** Whether its author has taken the event back, so that it is not taken in again. */
    isGone: async (event: NostrEvent): Promise<boolean> => {
      const { pubkey, id, kind, created_at: at } = event
      const [vanished, gone, kindGone] = await Promise.all([
        lastOf(relayStored.vanished(pubkey)),
        lastOf(relayStored.gone(pubkey, id)),
        listKinds.has(kind) ? lastOf(relayStored.gone(pubkey, byKind(kind))) : undefined,
      ])
      return gone !== undefined || [vanished, kindGone].some((request) => request && request.created_at >= at)
    },

    /** @throws {LogUnavailable} */
    remove: async (event: NostrEvent): Promise<void> => {
      const { pubkey, id } = event
      await removeThrough(jetstream, relayMail, relayStored.mail('*', pubkey, id), everything)
      await removeLists(pubkey, (kept) => kept.id === id)
    },

    /**
     * Remembers what a deletion request names, then removes it.
     * @returns `full` also when the author has taken back too many already
     * @throws {LogUnavailable}
     */
    delete: async (request: NostrEvent): Promise<Stored> => {
      const { pubkey, created_at: at } = request
      const { ids, kinds } = targetsOf(request)
      const targets = [...ids, ...[...kinds].map(byKind)]
      const known = await countMessages(jetstream, relayLists, relayStored.gone(pubkey, '*'))
      if (known + targets.length > maxGone) return 'full'
      let outcome: Stored = 'duplicate'
      for (const target of targets) {
        const stored = await store.putLast(relayStored.gone(pubkey, target), request)
        if (stored === 'full') return 'full'
        if (stored === 'stored') outcome = 'stored'
      }
      for (const id of ids) await removeThrough(jetstream, relayMail, relayStored.mail('*', pubkey, id), everything)
      await removeLists(pubkey, (kept) => ids.has(kept.id) || (kinds.has(kept.kind) && kept.created_at <= at))
      return outcome
    },

    /**
     * Removes everything by an author, and the mail for the person it is bound to, as far as it is not newer than the request.
     * @throws {LogUnavailable}
     */
    vanish: async (request: NostrEvent, address: string): Promise<Stored> => {
      const { pubkey, created_at: at } = request
      const isMeant = (event: NostrEvent): boolean => event.created_at <= at
      const stored = await store.putLast(relayStored.vanished(pubkey), request)
      if (stored === 'full' || stored === 'older') return stored
      await removeLists(pubkey, isMeant)
      await removeGone(pubkey, isMeant)
      await removeMail(relayStored.mail(address, '*', '*'), isMeant)
      await removeMail(relayStored.mail('*', pubkey, '*'), isMeant)
      return stored
    },
  }
}

export type TakeBack = ReturnType<typeof createTakeBack>
