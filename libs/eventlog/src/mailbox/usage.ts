import {
  DomainError,
  inboxStreamOf,
  inboxSubject,
  type MailboxState,
  maxEnvelopeBytes,
  maxInboxMessages,
  type PrimaryHex,
} from '@kez-chat/contracts'
import type { JetStream } from '../jetstream.ts'
import { createCoalescedReads, TooManyReads } from '../messages/coalesced-reads.ts'
import { subjectState } from '../messages/read.ts'
import { subjectBytes } from '../messages/subject-bytes.ts'

/** Largest record: an envelope and what the server writes beside it. Events of relays are smaller. */
const maxRecordBytes = maxEnvelopeBytes + 1024
const freshFor = 60_000
/** A full mailbox may have been freed through another gateway, so it is looked at again sooner. */
const freshWhenFull = 5_000
const maxKnown = 20_000
const maxReads = 1_000

type Known = {
  at: number
  messages: number
  /** At most this many bytes; what is exact was added up at `scannedAt`. */
  bytes: number
  scannedAt: number | undefined
}

export type UsageOptions = { jetstream: JetStream; inboxStreams: number; maxBytes: number; now?: () => number }

/**
 * How full mailboxes are. JetStream counts messages, not bytes: so the count times the largest size is the bound, and only
 * where that is too much are the sizes added up. Known for a minute, and kept up by what this process accepts.
 */
export const createUsage = ({ jetstream, inboxStreams, maxBytes, now = Date.now }: UsageOptions) => {
  const known = new Map<PrimaryHex, Known>()

  const keep = (primary: PrimaryHex, usage: Known): Known => {
    known.delete(primary)
    const oldest = known.size >= maxKnown ? known.keys().next() : undefined
    if (oldest?.done === false) known.delete(oldest.value)
    known.set(primary, usage)
    return usage
  }

  const isFull = ({ messages, bytes, scannedAt }: Known): boolean =>
    messages >= maxInboxMessages || (scannedAt !== undefined && bytes + maxRecordBytes > maxBytes)

  const measure = async (primary: PrimaryHex) => {
    const [stream, subject] = [inboxStreamOf(primary, inboxStreams), inboxSubject.stored(primary)]
    const { messages, streamLastSeq } = await subjectState(jetstream, stream, subject)
    const before = known.get(primary)
    const scanned = before?.scannedAt
    const stillHolds =
      before && scanned !== undefined && now() - scanned < freshFor && messages === before.messages && !isFull(before)
    const usage: Known = { at: now(), messages, bytes: messages * maxRecordBytes, scannedAt: undefined }
    if (before && stillHolds) Object.assign(usage, { bytes: before.bytes, scannedAt: scanned })
    else if (usage.bytes + maxRecordBytes > maxBytes)
      Object.assign(usage, { ...(await subjectBytes(jetstream, stream, subject)), scannedAt: now() })
    return { usage: keep(primary, usage), streamLastSeq }
  }

  const readLeader = createCoalescedReads(maxReads, measure)

  /** Asks the leader. Whoever holds a sequence is never answered with what was the last one before they asked. */
  const look = (primary: PrimaryHex) =>
    readLeader(primary).catch((cause: unknown) => {
      if (!(cause instanceof TooManyReads)) throw cause
      throw new DomainError('unavailable', 'too many inboxes are read at once; try again soon', {
        cause,
        retryAfter: 1,
      })
    })

  const recent = async (primary: PrimaryHex): Promise<Known> => {
    const usage = known.get(primary)
    const fresh = usage && now() - usage.at < (isFull(usage) ? freshWhenFull : freshFor)
    return fresh ? usage : (await look(primary)).usage
  }

  const stateOf = (usage: Known): MailboxState => ({
    messages: usage.messages,
    max_messages: maxInboxMessages,
    max_bytes: maxBytes,
    full: isFull(usage),
  })

  return {
    /** Whether `bytes` more fit; when they do they count from now on. */
    reserve: async (primary: PrimaryHex, bytes: number): Promise<boolean> => {
      let usage = await recent(primary)
      // A bound is not a reason to refuse: it may have been passed by what was accepted since.
      if (usage.bytes + bytes > maxBytes && usage.scannedAt === undefined) usage = (await look(primary)).usage
      if (usage.bytes + bytes > maxBytes) return false
      usage.bytes += bytes
      usage.messages += 1
      return true
    },

    /** What was reserved was not stored after all. */
    release: (primary: PrimaryHex, bytes: number): void => {
      const usage = known.get(primary)
      if (!usage) return
      usage.bytes = Math.max(0, usage.bytes - bytes)
      usage.messages = Math.max(0, usage.messages - 1)
    },

    forget: (primary: PrimaryHex): void => {
      known.delete(primary)
    },

    /** As the leader sees it now, with the last sequence of the person's stream. */
    look: async (primary: PrimaryHex): Promise<{ mailbox: MailboxState; streamLastSeq: number }> => {
      const { usage, streamLastSeq } = await look(primary)
      return { mailbox: stateOf(usage), streamLastSeq }
    },

    /** As known within the last minute. */
    state: async (primary: PrimaryHex): Promise<MailboxState> => stateOf(await recent(primary)),
  }
}

export type Usage = ReturnType<typeof createUsage>
