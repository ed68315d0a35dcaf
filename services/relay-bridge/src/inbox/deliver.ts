import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError, inboxMessageId, inboxSubject, type PrimaryHex } from '@kez-chat/contracts'
import { type JetStream, LogUnavailable } from '@kez-chat/eventlog'
import type { Admission } from '@kez-chat/eventlog/mailbox'
import { findStored, noRoom, StoreRefused, storeMessage } from '@kez-chat/eventlog/messages'
import { MessageError } from '@kez-chat/messaging'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { inSpan, type Log, published } from '@kez-chat/runtime'
import { type EventRecord, recordOf } from './record.ts'

/**
 * What became of an event. `stored` and `duplicate` (also: came by the home route before) are on disk. `full` and
 * `over_budget` are refusals that may pass, `unfit` is for ever. `unavailable`: nothing is known, it has to come again.
 */
export type Delivered = 'stored' | 'duplicate' | 'full' | 'over_budget' | 'unfit' | 'unavailable'

export type Delivery = {
  /** Verified. */
  readonly event: NostrEvent
  /** Whose inbox it is: `inboxOwner` of an active entry of the directory. */
  readonly inbox: PrimaryHex
  /** The relay's URL. */
  readonly via: string
}

export type Deliver = (delivery: Delivery) => Promise<Delivered>

export type DeliverOptions = {
  readonly jetstream: JetStream
  readonly admission: Admission
  /** ms during which a delivery is tried again; default 20 s. */
  readonly retryFor?: number
  /** Told how long the log took to confirm or refuse. */
  readonly onStored?: (seconds: number) => void
  readonly log: Log
  readonly now?: () => number
}

const storeWithin = 8_000
const firstPause = 100
const longestPause = 2_000

/** Appends verified events to inboxes, under the same message id as the home route. What it calls stored is on disk. */
export const createDeliver = (options: DeliverOptions): Deliver => {
  const { jetstream, admission, retryFor = 20_000, onStored, log, now = Date.now } = options

  const store = async (inbox: PrimaryHex, { id, data }: EventRecord): Promise<Delivered> => {
    const [subject, messageId] = [inboxSubject.stored(inbox), inboxMessageId(inbox, id)]
    const before = async (): Promise<boolean> =>
      (await findStored(jetstream.nc, subject, messageId).catch(() => undefined)) !== undefined
    let reservation: Awaited<ReturnType<Admission['reserve']>>
    try {
      reservation = await admission.reserve(inbox, data.length)
    } catch (error) {
      // What is already there is not refused, however full the mailbox has become.
      if (error instanceof DomainError && error.code !== 'unavailable')
        return (await before()) ? 'duplicate' : error.code === 'mailbox_full' ? 'full' : 'over_budget'
      throw error
    }
    const started = performance.now()
    try {
      const { duplicate } = await inSpan(published(subject), ({ traceparent }) =>
        storeMessage(jetstream.nc, subject, data, { id: messageId, timeout: storeWithin, traceparent }),
      )
      if (duplicate) reservation.cancel()
      return duplicate ? 'duplicate' : 'stored'
    } catch (error) {
      reservation.cancel()
      if (!(error instanceof StoreRefused) || error.code !== noRoom) throw error
      const perPerson = error.message.includes('per subject')
      admission.full(inbox, perPerson ? 'messages' : 'stream')
      // A stream without room for anybody is for the operator to mend; the relay still has the event.
      return perPerson ? 'full' : 'unavailable'
    } finally {
      onStored?.((performance.now() - started) / 1_000)
    }
  }

  return async ({ event, inbox, via }) => {
    let record: EventRecord
    try {
      record = recordOf(event, via, now())
    } catch (error) {
      if (error instanceof MessageError) return 'unfit'
      throw error
    }
    const deadline = now() + retryFor
    for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 2)) {
      try {
        return await store(inbox, record)
      } catch (error) {
        const passing = error instanceof LogUnavailable || error instanceof StoreRefused || error instanceof DomainError
        if (!passing) throw error
        if (jetstream.nc.isClosed()) return 'unavailable'
        if (now() + pause > deadline) {
          log.warn({ reason: error.message }, 'an event could not be stored; it is read again later')
          return 'unavailable'
        }
      }
      await sleep(pause * (0.5 + Math.random() / 2))
    }
  }
}
