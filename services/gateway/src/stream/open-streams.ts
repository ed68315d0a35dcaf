import type { ServerResponse } from 'node:http'
import { type DirectoryEntry, DomainError, inboxOwner, inboxStreamOf, type PrimaryHex } from '@kez-chat/contracts'
import type { Directory } from '@kez-chat/directory'
import type { JetStream } from '@kez-chat/eventlog'
import type { Usage } from '@kez-chat/eventlog/mailbox'
import type { Log } from '@kez-chat/runtime'
import { cursorReset } from '../inbox/cursor-reset.ts'
import type { ReadNotes } from '../inbox/read-notes.ts'
import { createPlaces } from '../limits/places.ts'
import type { Metrics } from '../metrics.ts'
import { type Feed, openFeed } from './feed.ts'

export type StreamsOptions = {
  jetstream: JetStream
  directory: Directory
  usage: Usage
  inboxStreams: number
  perPerson: number
  perAddress: number
  reads: ReadNotes
  metrics: Metrics
  log: Log
}

export type StreamRequest = {
  owner: DirectoryEntry
  address: string
  /** Last sequence that the client has; undefined for live only. */
  since: number | undefined
  response: ServerResponse
  /** Of the request, where its trace is kept. */
  traceparent: string | undefined
  /** Called when nothing can be refused any more: writes the head of the response. */
  accept: () => void
}

const pingEvery = 15_000
/** Interest in the live subject may reach the other servers of a cluster after the first look; this looks again. */
const firstCheckAfter = 1_000
/** A stream ends after this long at most, so that whatever holds it unseen is let go; the client reopens it. */
const maxAge = 60 * 60_000

/** The live inbox streams of this gateway: their limits, their rhythm and their end. */
export const createStreams = (options: StreamsOptions) => {
  const { jetstream, directory, usage, inboxStreams, perPerson, reads, metrics, log } = options
  const addresses = createPlaces(options.perAddress)
  const people = new Map<PrimaryHex, Set<Feed>>()
  let stopping = false

  const all = (): Feed[] => [...people.values()].flatMap((feeds) => [...feeds])

  const checkAfterReconnect = async (): Promise<void> => {
    for await (const { type } of jetstream.nc.status()) {
      if (type !== 'reconnect') continue
      for (const feed of all()) setTimeout(() => feed.check(), Math.random() * 1_000)
    }
  }
  void checkAfterReconnect()

  const enter = (primary: PrimaryHex, feed: Feed): (() => void) => {
    const own = people.get(primary) ?? new Set()
    people.set(primary, own.add(feed))
    metrics.streamsOpen.inc()
    // The oldest may be a connection whose client is long gone: it makes room, the newest never waits for it.
    const [oldest] = own
    if (own.size > perPerson) oldest?.end(60_000)
    return () => {
      metrics.streamsOpen.dec()
      own.delete(feed)
      if (own.size === 0) people.delete(primary)
    }
  }

  const keepUp = (feed: Feed, owner: DirectoryEntry): (() => void) => {
    const primary = inboxOwner(owner)
    const beat = async (): Promise<void> => {
      feed.ping()
      feed.check()
      const entry = await directory.byHandle(owner.handle)
      if (entry?.primary !== owner.primary || entry.status !== 'active') feed.end(1_000)
      else feed.tell(await usage.state(primary))
    }
    const beats = setInterval(() => {
      beat().catch((error: unknown) => log.debug({ err: error }, 'a live stream could not be kept up'))
    }, pingEvery)
    const early = setTimeout(() => feed.check(), firstCheckAfter)
    const end = setTimeout(() => feed.end(1_000), maxAge * (0.8 + Math.random() * 0.2))
    return () => {
      clearInterval(beats)
      clearTimeout(early)
      clearTimeout(end)
    }
  }

  return {
    /** @throws {DomainError} before the head is written */
    open: async ({ owner, address, since, response, traceparent, accept }: StreamRequest): Promise<void> => {
      if (stopping) throw new DomainError('unavailable', 'the server is stopping; come back', { retryAfter: 2 })
      const primary = inboxOwner(owner)
      const leaveAddress = addresses.enter(address)
      if (!leaveAddress) {
        metrics.rateLimited.inc({ limit: 'streams' })
        throw new DomainError('rate_limited', 'too many live streams from this address', { retryAfter: 30 })
      }
      const stream = inboxStreamOf(primary, inboxStreams)
      // Subscribed first: what is stored from here on arrives live, what was stored before is at or below the last sequence.
      const feed = openFeed({
        jetstream,
        stream,
        primary,
        response,
        traceparent,
        onLive: (seq) => reads.live(primary, seq),
        metrics,
        log,
      })
      const endings = [leaveAddress, enter(primary, feed), feed.close]
      const close = (): void => {
        for (const ending of endings.splice(0)) ending()
      }
      response.once('close', close)
      try {
        const { mailbox, streamLastSeq } = await usage.look(primary)
        if (since !== undefined && since > streamLastSeq) throw cursorReset()
        if (feed.closed) return
        accept()
        // Whoever comes back for what they have missed has read it; a stream that only opens again has not.
        if (since !== undefined && since < streamLastSeq) reads.asked(primary, streamLastSeq)
        feed.begin(since ?? streamLastSeq)
        feed.tell(mailbox)
        endings.push(keepUp(feed, owner))
      } catch (error) {
        close()
        throw error
      }
    },

    /** The mailbox of a person was found full: whoever of their devices listens here hears of it now. */
    tellFull: async (primary: PrimaryHex): Promise<void> => {
      const feeds = people.get(primary)
      if (!feeds) return
      const { mailbox } = await usage.look(primary)
      for (const feed of feeds) feed.tell(mailbox)
    },

    /** Somebody is let in no longer: what they have open here ends, and coming back tells them why. */
    endOf: (primary: PrimaryHex): void => {
      for (const feed of people.get(primary) ?? []) feed.end(1_000)
    },

    /** Ends every stream with a hint when to come back, spread out so that not all come at once. */
    stop: (): void => {
      stopping = true
      for (const feed of all()) feed.end(500 + Math.random() * 3_000)
    },
  }
}

export type Streams = ReturnType<typeof createStreams>
