import type { PrimaryId } from '@kez-chat/identity'
import { type AckLedger, type Body, isContent, MAX_MESSAGE_AGE_MS, type SeenMessage } from '@kez-chat/messaging'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { createBoundedMap } from '../bounded.ts'
import type { Contacts } from '../contact.ts'
import { TransportError } from '../errors.ts'
import type { RecordStore } from '../records.ts'
import type { RouteName } from '../routes/route.ts'
import { jittered } from '../timing.ts'
import { AckRecord, ackKey } from './ack-record.ts'
import { type AckSendingOptions, createAckSending } from './ack-sending.ts'
import { routeNames } from './outgoing-record.ts'
import { createRunner, type Job, type Runner } from './runner.ts'
import { createTable } from './table.ts'

export interface AcksOptions extends Omit<AckSendingOptions, 'save'> {
  readonly contacts: Contacts
  readonly store: RecordStore
  /** Remembers what was acknowledged. */
  readonly ledger: AckLedger
  readonly most: number
  /** The random delay before an ack, ms: when somebody reads is nobody's business. */
  readonly delay: readonly [least: number, most: number]
  readonly onBroken: (key: string, error: Error) => void
  readonly onError: (error: unknown) => void
}

/** A message that came, and the event it came in. */
export interface Acknowledgeable {
  readonly message: SeenMessage
  readonly body: Body
  readonly event: NostrEvent | undefined
}

const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 15 * 60_000
/** Further rounds to relays that have not taken it: about a day. */
const MOST_ROUNDS = 32
const FIRST_ROUND_MS = 15_000
const LONGEST_ROUND_MS = 3_600_000
const AT_ONCE = 4
const MOST_WHOLE = 1_000

/** The acknowledgements that are to be sent: each message at most once per route, and none is forgotten by a restart. */
export const createAcks = (options: AcksOptions) => {
  const { key, contacts, ledger, timing } = options
  const table = createTable(options.store, AckRecord, options.onBroken)
  /** Files that became whole, perhaps by the very piece whose message is noted next. */
  const whole = createBoundedMap<true>(MOST_WHOLE)

  const seen = ({ to, inner_id: innerId, sent_at: sentAt }: AckRecord) => ({ from: to, innerId, sentAt })

  const finish = async (record: AckRecord): Promise<void> => {
    await ledger.claim(seen(record), record.route)
    sending.forget(record)
    if (record.rounds === undefined) await table.delete(ackKey(record))
    else await table.put(ackKey(record), { ...record, done_at: timing.now() })
  }

  /**
   * The message came in a new event, so its author still waits, perhaps because relays took the acknowledgement and lost
   * it: the same one, of the same event, goes out once more, in an event that no relay has hidden.
   */
  const offerAgain = async (record: AckRecord, event: NostrEvent | undefined): Promise<void> => {
    const { done_at: doneAt, made: _made, ...open } = record
    if (doneAt === undefined || timing.now() - doneAt < LONGEST_ROUND_MS) return
    if (event === undefined || event.id === record.event?.id) return
    await table.put(ackKey(record), { ...open, rounds: 0, next_at: soon() })
    runners[record.route].kick()
  }

  /** Somebody has it. A relay may lose it again, so the others are asked a few times more. */
  const accepted = async (recordKey: string): Promise<void> => {
    const record = table.get(recordKey)
    if (!record) return
    const { rounds = 0 } = record
    if (record.route === 'home' || rounds >= MOST_ROUNDS) return finish(record)
    await ledger.claim(seen(record), record.route)
    const wait = jittered(timing, rounds, FIRST_ROUND_MS, LONGEST_ROUND_MS)
    await table.put(recordKey, { ...record, rounds: rounds + 1, next_at: timing.now() + wait })
  }

  /** What is done goes first, then what strangers wrote, the one just noted too: nobody may push out what is for a contact. */
  const makeRoom = async (): Promise<void> => {
    while (table.size > options.most) {
      const all = [...table.values()]
      const spare =
        all.find(({ done_at: doneAt }) => doneAt !== undefined) ??
        all.find(({ held }) => held === 'contact') ??
        all.find(({ held }) => held !== undefined) ??
        all[0]
      if (!spare) return
      await table.delete(ackKey(spare))
    }
  }

  const sending = createAckSending({ ...options, save: (record) => table.put(ackKey(record), record) })

  const postpone = async (recordKey: string, { retryAfter = 0 }: TransportError): Promise<void> => {
    const record = table.get(recordKey)
    if (!record) return
    const wait = Math.max(retryAfter, jittered(timing, record.attempts, FIRST_PAUSE_MS, LONGEST_PAUSE_MS))
    await table.put(recordKey, { ...record, attempts: record.attempts + 1, next_at: timing.now() + wait })
  }

  /** Never acknowledged, on neither way, also when a copy comes after the person has changed their mind. */
  const renounce = async (message: SeenMessage): Promise<void> => {
    for (const name of routeNames) await ledger.claim(message, name)
  }

  const giveUp = async (record: AckRecord): Promise<void> => {
    await renounce(seen(record))
    await table.delete(ackKey(record))
  }

  const run = async (recordKey: string): Promise<void> => {
    const record = table.get(recordKey)
    if (!record) return
    if (timing.now() > record.expires_at) return table.delete(recordKey)
    const contact = await contacts.find(record.to)
    if (contact?.unacknowledged) return giveUp(record)
    if (!contact?.accepted) return table.put(recordKey, { ...record, held: 'contact' })
    try {
      await sending.send(contact, record)
      await accepted(recordKey)
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      // Every relay has taken it, or never will.
      const isEverywhere = error.code === 'no_route' && record.rounds !== undefined
      if (error.code === 'refused' || isEverywhere) await finish(record)
      else if (record.rounds !== undefined) await accepted(recordKey)
      else await postpone(recordKey, error)
    }
  }

  const jobs = function* (name: RouteName): Iterable<Job> {
    for (const record of table.values()) {
      if (record.route !== name || record.held || record.done_at !== undefined) continue
      yield { key: ackKey(record), lane: record.to, at: record.next_at }
    }
  }
  const runnerOf = (name: RouteName): Runner =>
    createRunner({ timing, most: AT_ONCE, jobs: () => jobs(name), run, onError: options.onError })
  const runners = { home: runnerOf('home'), relay: runnerOf('relay') }

  const release = async (which: (record: AckRecord) => boolean): Promise<void> => {
    for (const record of [...table.values()].filter((record) => record.held && which(record))) {
      const { held: _held, ...free } = record
      await table.put(ackKey(record), { ...free, next_at: timing.now() })
    }
    for (const runner of Object.values(runners)) runner.kick()
  }

  const soon = (): number => {
    const [least, most] = options.delay
    return timing.now() + least + timing.random() * (most - least)
  }

  return {
    load: table.load,
    /**
     * Notes that a message came, by event or without; call it for every copy, also a known one, for the process may have
     * ended between the taking and the noting of the first. On disk when it resolves.
     */
    note: async ({ message, body, event }: Acknowledgeable): Promise<void> => {
      const { from, innerId, sentAt } = message
      if (!isContent(body) || from === key.primary) return
      const route = event ? 'relay' : 'home'
      const isChunked = body.type === 'kez-file-v1' && body.mode === 'chunked'
      const waitsForFile = isChunked && !whole.has(`${from}/${innerId}`)
      const contact = await contacts.find(from)
      if (contact?.unacknowledged) return renounce(message)
      const isAccepted = contact?.accepted === true
      const held = waitsForFile ? 'file' : isAccepted ? undefined : 'contact'
      const record: AckRecord = {
        ...{ v: 1, route, to: from, inner_id: innerId, sent_at: sentAt, attempts: 0, next_at: soon() },
        expires_at: timing.now() + MAX_MESSAGE_AGE_MS,
        ...(held ? { held } : {}),
        ...(event ? { event: { id: event.id, pubkey: event.pubkey, kind: event.kind } } : {}),
      }
      const known = table.get(ackKey(record))
      if (known) return offerAgain(known, event)
      // The record first: if the process ends here, it is sent, and the ledger learns of it then.
      await table.put(ackKey(record), record)
      if (!(await ledger.claim(seen(record), route))) return table.delete(ackKey(record))
      await makeRoom()
      runners[route].kick()
    },
    /** The person has accepted this contact: what was held back goes out, but for files that are not whole. */
    accept: (from: PrimaryId): Promise<void> => release(({ to, held }) => to === from && held === 'contact'),
    /** A file is whole; also before its message is noted. */
    fileIsWhole: (from: PrimaryId, innerId: string): Promise<void> => {
      whole.set(`${from}/${innerId}`, true)
      return release(({ to, inner_id: id, held }) => to === from && id === innerId && held === 'file')
    },
    /** The way is open again: what waits on it goes now. */
    hurry: async (name: RouteName): Promise<void> => {
      for (const record of [...table.values()]) {
        if (record.route !== name || record.held || record.attempts === 0 || record.rounds !== undefined) continue
        await table.put(ackKey(record), { ...record, next_at: timing.now() })
      }
      runners[name].kick()
    },
    start: (): void => {
      for (const runner of Object.values(runners)) runner.start()
    },
    sweep: async (): Promise<void> => {
      for (const record of [...table.values()]) {
        if (timing.now() > record.expires_at) await table.delete(ackKey(record))
        else if (record.held && (await contacts.find(record.to))?.unacknowledged) await giveUp(record)
        else if (record.held === 'contact' && (await contacts.find(record.to))?.accepted) {
          await release((other) => other === table.get(ackKey(record)))
        }
      }
      await ledger.sweep(timing.now())
    },
    stop: async (): Promise<void> => {
      await Promise.all(Object.values(runners).map((runner) => runner.stop()))
    },
  }
}

export type Acks = ReturnType<typeof createAcks>
