import { MessageError, type TransportKey } from '@kez-chat/messaging'
import { createBoundedMap } from '../bounded.ts'
import type { Contact, Contacts } from '../contact.ts'
import { TransportError } from '../errors.ts'
import type { RelayFate } from '../relay/fate.ts'
import type { RelayRoute } from '../routes/relay-route.ts'
import type { HomeCargo, Route, RouteName, Taken } from '../routes/route.ts'
import { jittered, type Timing } from '../timing.ts'
import { needsNewEvent, newestEvents, renewalOf, withNewEvent } from './message-events.ts'
import { isFinished, isRefused, type Outgoing } from './outgoing.ts'
import { isAcknowledged, type OutgoingRecord, type RouteRecord } from './outgoing-record.ts'
import { createRelayFates } from './relay-fates.ts'
import { createRunner, type Job, type Runner } from './runner.ts'

export interface DeliveryOptions {
  readonly outgoing: Outgoing
  readonly contacts: Contacts
  readonly home: Route<HomeCargo> | undefined
  readonly relay: RelayRoute | undefined
  readonly transportKey: TransportKey
  readonly timing: Timing
  readonly onChange: (record: OutgoingRecord) => void
  readonly onError: (error: unknown) => void
}

const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 5 * 60_000
const FIRST_ROUND_MS = 15_000
const LONGEST_ROUND_MS = 3_600_000
/** Further rounds to relays that have not taken a message others took. */
const MOST_ROUNDS = 8
const AT_ONCE = 8
/** Between chunks to one person over relays: about 5 a second (protocol §3). */
const CHUNK_PAUSE_MS = 200
const MOST_LANES = 1_000

/** Sends what is outgoing on each route by itself: its own attempts, its own pauses, its own outcome. */
export const createDelivery = (options: DeliveryOptions) => {
  const { outgoing, contacts, home, relay, transportKey, timing } = options
  const fates = createRelayFates()
  /** Until when nothing goes to this person on this route: unix milliseconds, by route and person. */
  const closed = createBoundedMap<number>(MOST_LANES)
  const laneOf = (name: RouteName, { to }: OutgoingRecord): string => `${name}/${to}`

  const change = async (
    innerId: string,
    name: RouteName,
    next: (now: RouteRecord, record: OutgoingRecord) => RouteRecord,
  ): Promise<void> => {
    const record = await outgoing.update(innerId, (before) => ({ ...before, [name]: next(before[name], before) }))
    // Held no longer than it is on its way: whoever hears that it has failed may hand it over anew at once.
    if (record && isRefused(record)) await retire(record)
    else if (record) options.onChange(record)
  }

  /** When the next round is; after the last, when the message is due for a new event, if only relays have it. */
  const nextRound = (record: OutgoingRecord, attempts: number): number | null => {
    const now = timing.now()
    if (attempts < MOST_ROUNDS) return now + jittered(timing, attempts, FIRST_ROUND_MS, LONGEST_ROUND_MS)
    const renewal = renewalOf(record)
    return renewal === undefined ? null : Math.max(renewal, now + FIRST_ROUND_MS)
  }

  const sent = (innerId: string, name: RouteName, { via, at }: Taken): Promise<void> =>
    change(innerId, name, (before, record) => {
      if (before.state === 'sent') return before
      const next = name === 'relay' ? nextRound(record, 0) : null
      return { state: 'sent', at, attempts: 0, next_at: next, via }
    })

  const failed = (innerId: string, name: RouteName, { code, message, retryAfter = 0 }: TransportError): Promise<void> =>
    change(innerId, name, (before) => {
      if (before.state === 'sent') return before
      const attempts = before.attempts + 1
      const at = timing.now()
      if (code === 'refused') return { state: 'refused', at, attempts, next_at: null, reason: message }
      const wait = Math.max(retryAfter, jittered(timing, attempts - 1, FIRST_PAUSE_MS, LONGEST_PAUSE_MS))
      // A server that is away or has enough is away for the next message too; a relay may merely not like this one.
      const record = outgoing.get(innerId)
      if (record && name === 'home') closed.set(laneOf(name, record), at + wait)
      return { state: 'waiting', at, attempts, next_at: at + wait, reason: message }
    })

  const noteFate = (innerId: string, fate: RelayFate): void => {
    fates.note(innerId, fate)
    const record = outgoing.get(innerId)
    if (!record) return
    // An OK that comes after its time: the attempt has failed, the message is sent.
    if (fate.state === 'accepted' && record.relay.state !== 'sent') {
      sent(innerId, 'relay', { via: fate.relay, at: fate.at }).catch(options.onError)
    } else options.onChange(record)
  }

  const contactOf = async ({ to }: OutgoingRecord, route: Route<never> | undefined): Promise<Contact> => {
    const contact = await contacts.find(to)
    if (!contact || !route?.reaches(contact)) throw new TransportError('no_route', 'no way to this person is known')
    return contact
  }

  const sendHome = async (record: OutgoingRecord): Promise<Taken> => {
    const contact = await contactOf(record, home)
    if (!home) throw new TransportError('no_route', 'no home server')
    return home.send(contact, { envelope: record.envelope, wake: record.wake })
  }

  const sendRelay = async (before: OutgoingRecord): Promise<Taken> => {
    const contact = await contactOf(before, relay)
    if (!relay) throw new TransportError('no_route', 'no relays')
    let record = before
    try {
      if (needsNewEvent(record, timing.now())) {
        const updated = await outgoing.update(record.inner_id, (now) => withNewEvent(now, timing.now(), transportKey))
        record = updated ?? record
        fates.forget(record.inner_id)
      }
      return await relay.send(contact, {
        ...newestEvents(record, transportKey),
        prefer: relay.seenAt(record.to),
        done: record.relay.state === 'sent' ? fates.done(record.inner_id) : [],
        onFate: (fate) => noteFate(record.inner_id, fate),
      })
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      throw new TransportError('refused', error.code, { cause: error })
    }
  }

  const attempt = async (name: RouteName, innerId: string): Promise<void> => {
    const record = outgoing.get(innerId)
    if (!record) return
    try {
      await sent(innerId, name, await (name === 'home' ? sendHome(record) : sendRelay(record)))
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      await failed(innerId, name, error)
    }
  }

  /** Once more to the relays that have not taken it, since those that have may lose it. */
  const round = async (record: OutgoingRecord): Promise<void> => {
    try {
      if (!record.delivered) await sendRelay(record)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
    }
    await change(record.inner_id, 'relay', (before, after) => {
      // A new event has its own rounds.
      const attempts = after.events.at(-1)?.at === record.events.at(-1)?.at ? before.attempts + 1 : 0
      return { ...before, attempts, next_at: after.delivered ? null : nextRound(after, attempts) }
    })
  }

  const retire = async (record: OutgoingRecord): Promise<void> => {
    await outgoing.remove(record)
    options.onChange(record)
    fates.forget(record.inner_id)
  }

  const run = async (name: RouteName, innerId: string): Promise<void> => {
    const record = outgoing.get(innerId)
    if (!record) return
    if (isFinished(record, timing.now())) await retire(record)
    else if (record[name].state === 'sent') await round(record)
    else await attempt(name, innerId)
    if (!isAcknowledged(record) && name === 'relay') closed.set(laneOf(name, record), timing.now() + CHUNK_PAUSE_MS)
  }

  const jobs = function* (name: RouteName): Iterable<Job> {
    for (const record of outgoing.all()) {
      const { next_at: at } = record[name]
      const notBefore = closed.get(laneOf(name, record))
      // Whoever writes while a file goes is not kept waiting by its chunks.
      const late = !isAcknowledged(record)
      if (at !== null) yield { key: record.inner_id, lane: record.to, at, late, ...(notBefore ? { notBefore } : {}) }
    }
  }

  const runnerOf = (name: RouteName): Runner =>
    createRunner({
      ...{ timing, most: AT_ONCE, jobs: () => jobs(name), onError: options.onError },
      run: (innerId) => run(name, innerId),
    })
  const runners = { home: runnerOf('home'), relay: runnerOf('relay') }

  return {
    start: (): void => {
      for (const runner of Object.values(runners)) runner.start()
    },
    kick: (): void => {
      for (const runner of Object.values(runners)) runner.kick()
    },
    /** The way is open again: what waits on it goes now. */
    hurry: async (name: RouteName): Promise<void> => {
      for (const record of [...outgoing.all()]) {
        const { state, attempts, next_at: next } = record[name]
        closed.delete(laneOf(name, record))
        if (state !== 'waiting' || attempts === 0 || (next ?? 0) <= timing.now()) continue
        // As due as when it was written, so that the oldest goes first.
        await change(record.inner_id, name, (before) => ({ ...before, next_at: record.sent_at }))
      }
      runners[name].kick()
    },
    /** Gives a message up, without a word. */
    drop: async (innerId: string): Promise<void> => {
      const record = outgoing.get(innerId)
      fates.forget(innerId)
      if (record) await outgoing.remove(record)
    },
    /** Drops what is done with; now and then is enough. */
    sweep: async (): Promise<void> => {
      for (const record of [...outgoing.all()]) {
        if (isFinished(record, timing.now())) await retire(record)
      }
    },
    fates: (innerId: string): RelayFate[] => fates.of(innerId),
    stop: async (): Promise<void> => {
      await Promise.all(Object.values(runners).map((runner) => runner.stop()))
    },
  }
}
