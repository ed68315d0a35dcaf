import { isRecord, type PrimaryId } from '@kez-chat/identity'
import { addressOf, MessageError, type MessagingKey, openV1, outerId, type SeenEvents } from '@kez-chat/messaging'
import { addressOfEvent, checkEventTime, type NostrEvent } from '@kez-chat/messaging/nostr'
import type { Arrival, Later, RouteName } from '../routes/route.ts'
import type { Timing } from '../timing.ts'
import type { Acks } from './acks.ts'
import type { EarlyArrivals } from './early.ts'
import type { Inbox, ReceivedMessage } from './inbox.ts'
import type { OpenMessage } from './opening.ts'
import type { Receipts } from './receipts.ts'

export interface ReceivingOptions {
  readonly key: MessagingKey
  readonly open: OpenMessage
  readonly inbox: Inbox
  readonly acks: Pick<Acks, 'note'>
  readonly receipts: Pick<Receipts, 'byEvent' | 'byBody'>
  readonly seen: SeenEvents
  readonly early: Pick<EarlyArrivals, 'hold'>
  readonly timing: Timing
  /** Until when messages of version 1 are opened, RFC 3339; unset = never. */
  readonly migrationUntil: string | undefined
  /** A message from this person was taken from this event. */
  readonly onSeen: (from: PrimaryId, eventId: string) => void
  /** Something that cannot be opened or believed, with the reason; it comes again only when this rejects. */
  readonly onUnopened: (arrival: Arrival, route: RouteName, error: MessageError) => void | Promise<void>
}

/** What the home server took in within its time stays readable as long as it keeps it. */
const checkTime = (event: NostrEvent, now: number, receivedAt: number | undefined): void => {
  try {
    checkEventTime(event, now)
  } catch (error) {
    const isOver = error instanceof MessageError && (error.code === 'too_old' || error.code === 'expired')
    if (!isOver || receivedAt === undefined) throw error
    checkEventTime(event, Math.min(receivedAt, now))
  }
}

const isWrongCarrier = (error: unknown): boolean => error instanceof MessageError && error.code === 'wrong_carrier'

/** The same for each copy of what could be read as far as its date. */
const keyOf = (arrival: Arrival): string =>
  arrival.event?.id ?? (arrival.kind === 'message' ? outerId(arrival.envelope) : '')

type Message = Extract<Arrival, { kind: 'message' }>
type Opened = Pick<ReceivedMessage, 'seen' | 'body' | 'inner' | 'outerId'>

/** What comes on either route: opened, checked, handed to the app once, and noted for acknowledgement. */
export const createReceiving = (options: ReceivingOptions) => {
  const { key, open, inbox, acks, receipts, seen, early, timing, migrationUntil } = options
  const address = addressOf(key.primary)
  let taking: Promise<unknown> = Promise.resolve()

  /** One after the other, so that copies on two routes meet the guard in turn. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = taking.then(work)
    taking = done.catch(() => undefined)
    return done
  }

  const openArrived = async ({ envelope, event, receivedAt }: Message): Promise<Opened> => {
    const now = timing.now()
    if (event) {
      checkTime(event, now, receivedAt)
      if (addressOfEvent(event) !== address) throw new MessageError('wrong_recipient', 'addressed to somebody else')
    }
    if (isRecord(envelope) && envelope.v === 1) {
      const { from, innerId, body, outerId, until } = await openV1(envelope, key, {
        ...{ now, ...(migrationUntil === undefined ? {} : { migrationUntil }) },
      })
      // It tells no time of its own.
      const sentAt = event ? event.created_at * 1_000 : (receivedAt ?? now)
      return { seen: { from, innerId, sentAt, until }, body, outerId }
    }
    const opened = await open(envelope, {
      now,
      ...(receivedAt === undefined ? {} : { receivedAt }),
      ...(event ? { carriedBy: event.pubkey } : {}),
    })
    const { inner, body, sentAt, outerId } = opened
    return { seen: { from: inner.from, innerId: inner.id, sentAt }, body, inner, outerId }
  }

  const takeMessage = async (arrival: Message, route: RouteName): Promise<void> => {
    const { event, receivedAt, relay } = arrival
    const opened = await openArrived(arrival)
    const { inner, body, seen: message } = opened
    if (body.type === 'kez-ack-v1') return inner && receipts.byBody({ inner, body })
    const facts = {
      ...(event ? { event } : {}),
      ...(relay === undefined ? {} : { relay }),
      ...(receivedAt === undefined ? {} : { receivedAt }),
    }
    await inTurn(async () => {
      await inbox.take({ ...opened, route, ...facts })
      // The home route's acknowledgement names an inner id, which old messages do not have.
      if (inner || event) await acks.note({ message, body, event })
    })
    if (event) options.onSeen(message.from, event.id)
  }

  /**
   * The home server keeps one copy of the same sealed bytes, whoever brought it first: behind a stranger's event may be
   * the only one, so it counts as posted without an event, which anybody could do as well.
   */
  const takeStored = async (arrival: Message): Promise<void> => {
    try {
      await takeMessage(arrival, 'home')
    } catch (error) {
      if (!isWrongCarrier(error)) throw error
      const { event: _strangers, ...posted } = arrival
      await takeMessage(posted, 'home')
    }
  }

  /** @throws MessageError why it cannot be opened or believed */
  const takeOnce = async (arrival: Arrival, route: RouteName): Promise<void> => {
    const { event } = arrival
    if (event && seen.has(event.id)) return
    if (arrival.kind === 'ack') await receipts.byEvent(arrival.event)
    else await (route === 'home' ? takeStored(arrival) : takeMessage(arrival, route))
    if (event) seen.add(event.id)
  }

  const refuse = async (arrival: Arrival, route: RouteName, error: MessageError): Promise<void> => {
    await options.onUnopened(arrival, route, error)
    // The home server may hand out the same event with the only copy there is.
    if (arrival.event && !isWrongCarrier(error)) seen.add(arrival.event.id)
  }

  /** True when it is dealt with, one way or the other. */
  const tryAgain = async (arrival: Arrival, route: RouteName, last: boolean): Promise<boolean> => {
    try {
      await takeOnce(arrival, route)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      if (error.code === 'too_new' && !last) return false
      await refuse(arrival, route, error)
    }
    return true
  }

  return async (arrival: Arrival, route: RouteName): Promise<Later | undefined> => {
    try {
      await takeOnce(arrival, route)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      const dealtWith =
        error.code === 'too_new' ? early.hold(keyOf(arrival), (last) => tryAgain(arrival, route, last)) : undefined
      if (dealtWith) return { dealtWith }
      await refuse(arrival, route, error)
    }
    return undefined
  }
}
