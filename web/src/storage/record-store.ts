import type { Bytes } from '@kez-chat/identity'
import { OutgoingRecord, type RecordStore } from '@kez-chat/nostr-client'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import { changeOutgoing, openOutgoing } from './outgoing.ts'
import type { Store } from './store.ts'
import { whole } from './whole.ts'

const Entry = z.object({ v: z.literal(1), key: z.string(), value: z.unknown() })
type AckEntry = { readonly key: string; readonly value?: unknown }
type AckRow = Schema['acks']['value']

export const ackTag = (rest: AtRest, key: string): string => rest.tag('acks', key)

export const sealAck = (rest: AtRest, { key, value }: AckEntry): AckRow => {
  const tag = ackTag(rest, key)
  return { tag, box: rest.seal(`acks/${tag}`, { v: 1, key, value }) }
}

export const openAck = (rest: AtRest, { tag, box }: AckRow): AckEntry => {
  const { key, value } = Entry.parse(rest.open(`acks/${tag}`, box))
  return { key, value }
}

/** The confirmations to be sent, sealed. Nothing is written any more once the session has ended. */
export const ackStore = ({ db, rest }: Store, ended: AbortSignal): RecordStore => ({
  entries: async () =>
    (await db.getAll('acks')).flatMap((row) => {
      const entry = whole(() => openAck(rest, row))
      return entry ? [[entry.key, entry.value] as const] : []
    }),
  put: async (key, value) => {
    ended.throwIfAborted()
    await db.put('acks', sealAck(rest, { key, value }))
  },
  delete: async (key) => {
    ended.throwIfAborted()
    await db.delete('acks', ackTag(rest, key))
  },
})

/** The cursor of the home server's inbox: one number. */
export const cursorStore = ({ db }: Store, ended: AbortSignal): RecordStore => ({
  entries: async () => {
    const cursor = await db.get('cursor', 'inbox')
    return cursor === undefined ? [] : [['inbox', cursor]]
  },
  put: async (_key, value) => {
    ended.throwIfAborted()
    await db.put('cursor', z.int().min(0).parse(value), 'inbox')
  },
  delete: async () => {
    ended.throwIfAborted()
    await db.delete('cursor', 'inbox')
  },
})

export type OutgoingStore = RecordStore & {
  /** What was written since the courier last looked, and what it holds although the app has removed it. */
  news(): Promise<{ readonly fresh: readonly OutgoingRecord[]; readonly gone: readonly string[] }>
}

/**
 * The courier's messages on their way. The app writes new ones beside it, from any tab, and removes those it gives up;
 * what every way has refused stays, held back until the person tries again or gives up.
 */
export const outgoingStore = (store: Store, ended: AbortSignal): OutgoingStore => {
  const { db, rest } = store
  /** The inner ids that the courier holds. */
  const held = new Set<string>()
  const waiting = async (): Promise<OutgoingRecord[]> =>
    (await db.getAll('outgoing')).flatMap((row) => {
      const outgoing = whole(() => openOutgoing(rest, row))
      return outgoing && !outgoing.held ? [outgoing.record] : []
    })

  return {
    entries: async () => {
      const records = await waiting()
      for (const { inner_id: id } of records) held.add(id)
      return records.map((record) => [record.inner_id, record] as const)
    },
    put: async (key, value) => {
      const record = OutgoingRecord.parse(value)
      // A part of a file is made again from the file (files/shipping.ts).
      if (!(record.content ?? record.wake)) return
      held.add(key)
      ended.throwIfAborted()
      // What the app has removed meanwhile stays removed.
      await changeOutgoing(store, key, (now) => now && { held: false, record })
    },
    delete: async (key) => {
      held.delete(key)
      ended.throwIfAborted()
      await changeOutgoing(store, key, (now) => (now && wasNeverTaken(now.record) ? { ...now, held: true } : undefined))
    },
    news: async () => {
      const before = [...held]
      const records = await waiting()
      const there = new Set(records.map(({ inner_id: id }) => id))
      const fresh = records.filter(({ inner_id: id }) => !held.has(id))
      for (const { inner_id: id } of fresh) held.add(id)
      return { fresh, gone: before.filter((id) => held.has(id) && !there.has(id)) }
    },
  }
}

/** Neither a server nor a relay has it. */
export const wasNeverTaken = ({ home, relay, delivered }: OutgoingRecord): boolean =>
  delivered === undefined && home.state !== 'sent' && relay.state !== 'sent'

const seenPlace = 'device/seen'

export const sealSeen = (rest: AtRest, ids: readonly string[]): Bytes => rest.seal(seenPlace, ids)

export const openSeen = (rest: AtRest, box: Uint8Array): string[] =>
  z.array(z.string()).parse(rest.open(seenPlace, box))

/** The relay events handled last: one box. */
export const seenStore = ({ db, rest }: Store, ended: AbortSignal) => ({
  load: async (): Promise<readonly string[]> => {
    const box = await db.get('device', 'seen')
    return box ? openSeen(rest, box) : []
  },
  save: async (ids: readonly string[]): Promise<void> => {
    ended.throwIfAborted()
    await db.put('device', sealSeen(rest, ids), 'seen')
  },
})
