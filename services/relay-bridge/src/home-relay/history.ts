import { relayLimits, relayStored, streamName } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { readBatches, readFromLeader, readRange, readSubject, type StoredMessage } from '@kez-chat/eventlog/messages'
import { KIND_DELETION, KIND_VANISH, type NostrEvent } from '@kez-chat/messaging/nostr'
import type { Plan } from './access.ts'
import { type Filter, isExpired, matches } from './filter.ts'
import type { Found, KeptEvents } from './kept-events.ts'
import type { Lane } from './lane.ts'
import { decodeEvent } from './stored-event.ts'

/** What one filter finds, newest first, and up to which sequence of the mail was looked. */
export type History = { found: Found[]; mailThrough: number; listSeqs: ReadonlySet<number> }

const batch = { messages: 250, bytes: 1024 * 1024 }
/** Bytes of events that one question keeps in memory while it is read; what is beyond is read again when it is sent. */
const kept = 1024 * 1024

/** Seconds; a year of four digits. */
const latestTime = 2 ** 32

/** NIP-01: newest first, and of the same time the lower id first. */
const newestFirst = (a: Found, b: Found): number => b.at - a.at || (a.id < b.id ? -1 : 1)

/**
 * Reads what is stored, within bounds of memory whatever is there. `reads` limits how much of it happens at once, `keptEvents`
 * what waits for clients after it.
 */
export const createHistory = (
  jetstream: JetStream,
  reads: Lane,
  keptEvents: KeptEvents,
  isAuthor: (key: string) => boolean,
) => {
  const collector = (plan: Plan) => {
    let found: Found[] = []
    let bytes = 0
    const { limit } = plan.filter
    const cut = (): void => {
      found.sort(newestFirst)
      found = found.slice(0, limit)
      bytes = 0
      for (const one of found) {
        bytes += one.event ? one.bytes : 0
        if (bytes > kept) one.event = undefined
      }
    }
    return {
      take: (stream: string, { seq, data }: StoredMessage): void => {
        const event = decodeEvent({ data })
        if (!event || !matches(plan.filter, event) || isExpired(event, Date.now())) return
        bytes += data.length
        found.push({
          id: event.id,
          at: event.created_at,
          stream,
          seq,
          bytes: data.length,
          event: bytes > kept ? undefined : event,
        })
        if (found.length >= 2 * limit + batch.messages) cut()
      },
      end: (): Found[] => {
        cut()
        keptEvents.keep(found)
        return found
      },
    }
  }

  const readLists = async ({ lists }: Plan, take: (message: StoredMessage) => void): Promise<void> => {
    for (const author of lists?.authors ?? []) {
      if (!isAuthor(author)) continue
      const subjects = (lists?.kinds ?? []).flatMap((kind) => {
        if (kind === KIND_DELETION) return []
        return [kind === KIND_VANISH ? relayStored.vanished(author) : relayStored.list(author, kind)]
      })
      const last = (subject: string) => readFromLeader(jetstream, streamName.relayLists, { last_by_subj: subject })
      for (const message of await Promise.all(subjects.map(last))) if (message) take(message)
      if (!lists?.kinds.includes(KIND_DELETION)) continue
      const range = { subject: relayStored.gone(author, '*'), from: 1 }
      const once = new Map<string, StoredMessage>()
      for (const message of await readSubject(jetstream, streamName.relayLists, range))
        once.set(decodeEvent(message)?.id ?? '', message)
      for (const message of once.values()) take(message)
    }
  }

  /** Where to begin, so that what was stored long before `since` need not be read. */
  const firstSeq = async (subject: string, { since }: Filter): Promise<number> => {
    if (since === undefined) return 1
    const from = new Date(Math.min(Math.max(0, since - 2 * relayLimits.newest), latestTime) * 1_000)
    const [first] = await readRange(jetstream, streamName.relayMail, { subject, from, ...batch, messages: 1 })
    if (first) return first.seq
    const last = await readFromLeader(jetstream, streamName.relayMail, { last_by_subj: subject })
    if (!last) return 1
    // The one that was asked may lag behind the leader; then everything is read.
    return (decodeEvent(last)?.created_at ?? 0) >= since ? 1 : last.seq + 1
  }

  const look = async (plan: Plan): Promise<History> => {
    const { take, end } = collector(plan)
    let mailThrough = 0
    const listSeqs = new Set<number>()
    if (plan.filter.limit === 0) return { found: [], mailThrough, listSeqs }
    if (plan.mail !== undefined) {
      const subject = relayStored.mail(plan.mail, '*', '*')
      const range = { subject, from: await firstSeq(subject, plan.filter) }
      for await (const messages of readBatches(jetstream, streamName.relayMail, range, batch))
        for (const message of messages) {
          take(streamName.relayMail, message)
          mailThrough = message.seq
        }
    }
    await readLists(plan, (message) => {
      take(streamName.relayLists, message)
      listSeqs.add(message.seq)
    })
    return { found: end(), mailThrough, listSeqs }
  }

  return {
    /** What is found is held until it is asked for by `eventOf` or given up by `forget`. @throws {LogUnavailable} */
    look: (plan: Plan): Promise<History> => reads(() => look(plan)),

    /** The event itself; undefined when it was removed since. @throws {LogUnavailable} */
    eventOf: async (found: Found): Promise<NostrEvent | undefined> => {
      const event = keptEvents.take(found)
      if (event) return event
      const { stream, seq } = found
      const stored = await reads(() => readFromLeader(jetstream, stream, { seq }))
      return stored && decodeEvent(stored)
    },

    forget: keptEvents.drop,
  }
}

export type RelayHistory = ReturnType<typeof createHistory>
