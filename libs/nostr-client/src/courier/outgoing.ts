import { MAX_MESSAGE_AGE_MS } from '@kez-chat/messaging'
import { TransportError } from '../errors.ts'
import type { RecordStore } from '../records.ts'
import { isAcknowledged, OutgoingRecord, routeNames } from './outgoing-record.ts'
import { createTable } from './table.ts'

/** How long a way that has not taken a message is still tried once it is delivered, or taken if nobody acknowledges it. */
const AFTER_DELIVERY_MS = 3_600_000

export interface OutgoingOptions {
  readonly store: RecordStore
  readonly most: number
  readonly onBroken: (key: string, error: Error) => void
}

/** Chunks are not acknowledged: what is known of them is that a way has taken them, and when the first did. */
const quietlyTaken = (record: OutgoingRecord): number | undefined => {
  const taken = routeNames.filter((name) => record[name].state === 'sent').map((name) => record[name].at)
  return isAcknowledged(record) || taken.length === 0 ? undefined : Math.min(...taken)
}

/** Whether every way has refused a message for good. */
export const isRefused = (record: OutgoingRecord): boolean =>
  routeNames.every((name) => record[name].state === 'refused')

/** Whether nothing is left to be done for a message. */
export const isFinished = (record: OutgoingRecord, now: number): boolean => {
  if (now - record.sent_at > MAX_MESSAGE_AGE_MS || now >= (record.expires_at ?? now + 1)) return true
  const waits = routeNames.some((name) => record[name].state === 'waiting')
  const { delivered } = record
  if (delivered) return !waits || now - delivered.at > AFTER_DELIVERY_MS
  const takenAt = quietlyTaken(record)
  if (takenAt !== undefined) {
    // Relays may lose it, so they alone are asked a few times more.
    return (record.home.state === 'sent' && !waits) || now - takenAt > AFTER_DELIVERY_MS
  }
  return isRefused(record)
}

/** What is on its way: kept until it is delivered (or taken), and then as long as another way is still tried. */
export const createOutgoing = ({ store, most, onBroken }: OutgoingOptions) => {
  const table = createTable(store, OutgoingRecord, onBroken)
  const byEvent = new Map<string, string>()

  const index = (record: OutgoingRecord): void => {
    for (const { ids } of record.events) for (const id of ids) byEvent.set(id, record.inner_id)
  }

  const remove = async (record: OutgoingRecord): Promise<void> => {
    for (const { ids } of record.events) for (const id of ids) byEvent.delete(id)
    await table.delete(record.inner_id)
  }

  const makeRoom = async (): Promise<void> => {
    if (table.size < most) return
    const all = [...table.values()]
    const spare =
      all.find(({ delivered }) => delivered) ??
      all.find(({ home, relay }) => home.state === 'sent' && relay.state === 'sent') ??
      all.find((record) => quietlyTaken(record) !== undefined)
    if (!spare) throw new TransportError('full', `${most} messages wait to be sent`)
    await remove(spare)
  }

  return {
    load: async (): Promise<void> => {
      await table.load()
      for (const record of table.values()) index(record)
    },
    get: (innerId: string): OutgoingRecord | undefined => table.get(innerId),
    /** The message that went out in this event. */
    byEvent: (eventId: string): OutgoingRecord | undefined => table.get(byEvent.get(eventId) ?? ''),
    all: (): IterableIterator<OutgoingRecord> => table.values(),
    get size() {
      return table.size
    },
    /** @throws TransportError `full` */
    add: async (record: OutgoingRecord): Promise<void> => {
      if (table.get(record.inner_id)) return
      await makeRoom()
      index(record)
      await table.put(record.inner_id, record)
    },
    /** Changes a record that is still there, on disk when this resolves; the answer is the record as it is now. */
    update: async (
      innerId: string,
      change: (record: OutgoingRecord) => OutgoingRecord,
    ): Promise<OutgoingRecord | undefined> => {
      const before = table.get(innerId)
      if (!before) return undefined
      const record = change(before)
      index(record)
      await table.put(innerId, record)
      return record
    },
    remove,
  }
}

export type Outgoing = ReturnType<typeof createOutgoing>
