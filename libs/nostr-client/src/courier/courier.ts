import { type PrimaryId, type Random, randomBytes } from '@kez-chat/identity'
import {
  createAckLedger,
  createSeenEvents,
  type Inner,
  type MessageError,
  type MessagingKey,
  type ReplayStore,
  type SeenEventsStore,
  type TransportKey,
} from '@kez-chat/messaging'
import type { Contacts } from '../contact.ts'
import { TransportError } from '../errors.ts'
import type { RecordStore } from '../records.ts'
import type { RelayRoute } from '../routes/relay-route.ts'
import type { Arrival, HomeCargo, Route, RouteName } from '../routes/route.ts'
import { systemTiming, type Timing } from '../timing.ts'
import { createAcks } from './acks.ts'
import { createDelivery } from './delivery.ts'
import { createEarly } from './early.ts'
import type { Inbox } from './inbox.ts'
import { type OpenMessage, openHere } from './opening.ts'
import { createOutgoing, isFinished } from './outgoing.ts'
import { isAcknowledged, type OutgoingRecord } from './outgoing-record.ts'
import { type Prepared, prepareMessage, type Saying, type Sender } from './prepare.ts'
import { createReceipts } from './receipts.ts'
import { createReceiving } from './receiving.ts'
import { type MessageStatus, statusOf } from './status.ts'

/** What survives a restart. One process (or tab) at a time uses them. */
export interface CourierStores {
  readonly outgoing: RecordStore
  readonly acks: RecordStore
  /** What was acknowledged; not the replay guard's store. */
  readonly acknowledged: ReplayStore
  /** Ids of events that were handled; without it they are opened again after a restart, and known then. */
  readonly seenEvents?: SeenEventsStore
}

export interface CourierOptions {
  readonly key: MessagingKey
  /** `handle@server` of oneself. */
  readonly fromHandle: string
  readonly transportKey: TransportKey
  readonly contacts: Contacts
  readonly inbox: Inbox
  /** Where messages are opened; here unless told otherwise. */
  readonly open?: OpenMessage
  readonly stores: CourierStores
  /** Absent = this way does not exist. */
  readonly home?: Route<HomeCargo>
  readonly relay?: RelayRoute
  /** Each change of how a message stands. */
  readonly onStatus?: (status: MessageStatus) => void
  /** Something that cannot be opened or believed; it comes again only when this rejects. */
  readonly onUnopened?: (arrival: Arrival, route: RouteName, error: MessageError) => void | Promise<void>
  /** A fault of the storage, or of this program. */
  readonly onError?: (error: unknown) => void
  /** `migration_until`, RFC 3339; unset = closed. */
  readonly migrationUntil?: string
  /** Ms before an acknowledgement goes out, at least and at most; by default 0.3 to 3 s. */
  readonly ackDelay?: readonly [least: number, most: number]
  readonly timing?: Timing
  /** Where keys and nonces come from; the platform's randomness unless a simulator brings its own. */
  readonly random?: Random
}

const MOST_OUTGOING = 5_000
const MOST_ACKS = 5_000
const MOST_EARLY = 500
const SWEEP_MS = 10 * 60_000
const FLUSH_MS = 5_000

/**
 * Sends each message on both routes at once and receives from both. Each route has its own attempts and its own
 * outcome; each message is handed to the app once; acknowledgements go back the way a copy came.
 */
export const createCourier = async (options: CourierOptions) => {
  const { key, home, relay, timing = systemTiming, transportKey, contacts, stores, random = randomBytes } = options
  const onError = (error: unknown): void => options.onError?.(error)
  const onBroken = (record: string, cause: Error): void =>
    onError(new Error(`the stored record ${record} cannot be read`, { cause }))

  const outgoing = createOutgoing({ store: stores.outgoing, most: MOST_OUTGOING, onBroken })
  const onChange = (record: OutgoingRecord): void => options.onStatus?.(describe(record))
  const delivery = createDelivery({ outgoing, contacts, home, relay, transportKey, timing, onChange, onError })
  const describe = (record: OutgoingRecord): MessageStatus =>
    statusOf(record, delivery.fates(record.inner_id), isFinished(record, timing.now()))

  const acks = createAcks({
    ...{ key, fromHandle: options.fromHandle, transportKey, contacts, home, relay, timing, random, onBroken, onError },
    ...{ store: stores.acks, ledger: createAckLedger(stores.acknowledged), most: MOST_ACKS },
    delay: options.ackDelay ?? [300, 3_000],
  })
  const receipts = createReceipts({
    ...{ own: key.primary, outgoing, contacts, migrationUntil: options.migrationUntil, timing, onChange },
  })
  const seen = await createSeenEvents(stores.seenEvents)
  const early = createEarly({ timing, most: MOST_EARLY, onError })
  const receive = createReceiving({
    ...{
      key,
      open: options.open ?? openHere(key),
      inbox: options.inbox,
      acks,
      receipts,
      seen,
      early,
      timing,
      migrationUntil: options.migrationUntil,
    },
    onSeen: (from, eventId) => relay?.noteSeen(from, eventId),
    onUnopened: (arrival, route, error) => options.onUnopened?.(arrival, route, error),
  })
  await Promise.all([outgoing.load(), acks.load()])

  const timers = new Set<() => void>()
  let stopped = false
  let searching: Promise<void> | undefined

  const every = (ms: number, work: () => Promise<void>): void => {
    const cancel = timing.after(ms, () => {
      timers.delete(cancel)
      if (stopped) return
      work()
        .catch(onError)
        .finally(() => {
          if (!stopped) every(ms, work)
        })
    })
    timers.add(cancel)
  }

  /** Looks for acknowledgements that came while nobody listened, longer ago than a subscription looks back. */
  const findAcks = (): Promise<void> => {
    const open = [...outgoing.all()].filter((record) => isAcknowledged(record) && !record.delivered)
    const ids = open.flatMap(({ events }) => events.flatMap((event) => event.ids))
    searching ??= (
      ids.length === 0 || !relay
        ? Promise.resolve()
        : relay.findAcks(ids, async (event) => void (await receive({ kind: 'ack', event }, 'relay')))
    )
      .catch(onError)
      .finally(() => {
        searching = undefined
      })
    return searching
  }

  const sweep = async (): Promise<void> => {
    await delivery.sweep()
    await acks.sweep()
    await findAcks()
  }

  const ready = (name: RouteName): void => {
    delivery.hurry(name).catch(onError)
    acks.hurry(name).catch(onError)
    if (name === 'relay') void findAcks()
  }

  const sender: Sender = {
    ...{ key, transportKey, fromHandle: options.fromHandle, random },
    ways: { home: home !== undefined, relay: relay !== undefined },
  }
  const prepare = (saying: Saying): Promise<Prepared> =>
    prepareMessage(sender, { ...saying, sentAt: saying.sentAt ?? timing.now() })

  /** @throws TransportError `full`, `stopped` */
  const submit = async ({ record }: Pick<Prepared, 'record'>): Promise<MessageStatus> => {
    if (stopped) throw new TransportError('stopped', 'stopped')
    await outgoing.add(record)
    delivery.kick()
    return describe(outgoing.get(record.inner_id) ?? record)
  }

  return {
    /**
     * Seals a message without sending it, for an app that stores it together with what it shows.
     * @throws MessageError `malformed`, `weak_key`, `too_large`
     */
    prepare,
    /** Takes a prepared message over; it is on disk when this resolves. The same one again is the same message. */
    submit,
    /** Gives a message up: it is not sent any more, though what is under way cannot be called back. */
    forget: (innerId: string): Promise<void> => delivery.drop(innerId),
    /** `prepare` and `submit`. */
    send: async (saying: Saying): Promise<{ readonly inner: Inner; readonly status: MessageStatus }> => {
      const prepared = await prepare(saying)
      return { inner: prepared.inner, status: await submit(prepared) }
    },
    /** How a message stands that is still on its way. */
    status: (innerId: string): MessageStatus | undefined => {
      const record = outgoing.get(innerId)
      return record && describe(record)
    },
    /** The contact is accepted: what was held back is acknowledged. */
    contactAccepted: (primary: PrimaryId): Promise<void> => acks.accept(primary),
    /** A file is whole: its message is acknowledged. It may be told while `inbox.take` has that message. */
    fileIsWhole: (from: PrimaryId, innerId: string): Promise<void> => acks.fileIsWhole(from, innerId),
    findAcks,
    /** The network came back. */
    retryNow: (): void => {
      home?.retryNow()
      relay?.retryNow()
      for (const name of ['home', 'relay'] as const) ready(name)
    },
    /** Begins to send and to receive. */
    start: (): void => {
      home?.receive(
        (arrival) => receive(arrival, 'home'),
        () => ready('home'),
      )
      relay?.receive(
        (arrival) => receive(arrival, 'relay'),
        () => ready('relay'),
      )
      delivery.start()
      acks.start()
      every(SWEEP_MS, sweep)
      every(FLUSH_MS, seen.flush)
      sweep().catch(onError)
    },
    /** Stops both routes and everything else; resolves when nothing runs any more and all is stored. */
    stop: async (): Promise<void> => {
      stopped = true
      for (const cancel of timers) cancel()
      early.stop()
      await Promise.all([home?.stop(), relay?.stop()])
      await Promise.all([delivery.stop(), acks.stop(), searching])
      await seen.flush()
    },
  }
}

export type Courier = Awaited<ReturnType<typeof createCourier>>
