import { createBackoff, type Delivery, type JetStream, LogUnavailable, openTail, streamInfo } from '@kez-chat/eventlog'
import { readFromLeader } from '@kez-chat/eventlog/messages'
import type { StreamInfo } from '@nats-io/jetstream'
import { BackupError } from './errors.ts'
import type { StreamEntry } from './manifest.ts'
import { readPayload, writePayload } from './payload.ts'
import {
  createContentTally,
  encodeRecord,
  keepsLastAlone,
  keptHeaders,
  lastOfEach,
  type MessageRecord,
  readRecords,
} from './records.ts'
import type { BackupKeys } from './sealing.ts'

export type StreamSource = {
  readonly jetstream: JetStream
  readonly folder: string
  readonly keys: BackupKeys | undefined
  /** Told now and then how many messages have been taken. */
  readonly onMessages?: (taken: number, of: number) => void
}

const batchSize = 500
const attempts = 6
/** How long the copy that is read from may lag behind the leader, ms. */
const lagPatience = 15_000
const poll = 500

/** Part of an atomic batch whose end has not come yet: what it says holds only together. */
const isTorn = ({ headers }: Delivery): boolean =>
  headers['Nats-Batch-Id'] !== undefined && headers['Nats-Batch-Commit'] === undefined

/** What of a batch is not behind `end`, but for the rest of an atomic batch that begins before it. */
const upTo = (end: number, batch: readonly Delivery[], before: Delivery | undefined): Delivery[] => {
  const isWanted = ({ seq }: Delivery, at: number): boolean => {
    const previous = at > 0 ? batch[at - 1] : before
    return seq <= end || (previous !== undefined && isTorn(previous))
  }
  const cut = batch.findIndex((message, at) => !isWanted(message, at))
  return cut < 0 ? [...batch] : batch.slice(0, cut)
}

const holds = async (jetstream: JetStream, stream: string, from: number): Promise<boolean> =>
  (await readFromLeader(jetstream, stream, { seq: from, next_by_subj: '>' })) !== undefined

/**
 * Reads a stream from its first message to its end. Where the last message of a subject replaces the one before, that is the end
 * that it has when it is read: a value that changes meanwhile is then never missing in both forms. Else it is the end that the leader
 * names now, so that what is read was there at one time and fits the limits of the stream.
 */
async function* messagesOf(jetstream: JetStream, { config, state }: StreamInfo): AsyncGenerator<Delivery[]> {
  const stream = config.name
  const toTheEnd = keepsLastAlone({ ...config })
  const backoff = createBackoff()
  const giveUp = new AbortController()
  let after = Math.max(0, state.first_seq - 1)
  let last: Delivery | undefined
  for (let attempt = 1; ; attempt++) {
    try {
      const tail = await openTail(jetstream, { stream, after, name: 'backup' })
      try {
        for (let idle = 0; ; ) {
          const there = await tail.next(batchSize, idle > 0 ? poll : 0)
          const batch = toTheEnd ? there : upTo(state.last_seq, there, last)
          const newest = batch.at(-1)
          if (newest) {
            yield batch
            last = newest
            after = newest.seq
            attempt = 1
            idle = 0
            if (newest.pending > 0 && batch.length === there.length) continue
          }
          // Messages may have been removed at the end, or the copy that answers lags behind the leader.
          const isWhole = last === undefined || !isTorn(last)
          if (isWhole && (batch.length < there.length || after >= state.last_seq)) return
          if (isWhole && !(await holds(jetstream, stream, after + 1))) return
          idle += poll
          if (idle > lagPatience) throw new LogUnavailable(`${stream} lags behind its leader`)
        }
      } finally {
        await tail.close()
      }
    } catch (cause) {
      if (!(cause instanceof LogUnavailable) || attempt >= attempts) {
        if (!(cause instanceof LogUnavailable)) throw cause
        throw new BackupError('source_unavailable', `${stream} cannot be read: ${cause.message}`, { cause })
      }
      await backoff.wait(giveUp.signal)
    }
  }
}

/**
 * Copies a stream into a file of a backup. Everything that was acknowledged before the call is in it, but for what owners
 * removed or time took away meanwhile.
 * @throws {BackupError} `source_unavailable`, `file_not_written`
 */
export const takeStream = async (
  { jetstream, folder, keys, onMessages }: StreamSource,
  stream: string,
): Promise<StreamEntry | undefined> => {
  const info = await streamInfo(jetstream.jsm, stream).catch((cause: unknown) => {
    throw new BackupError('source_unavailable', `${stream} cannot be asked for`, { cause })
  })
  if (!info) return undefined
  const tally = createContentTally()
  let taken = 0
  let [firstSeq, lastSeq] = [0, info.state.last_seq]
  async function* source(found: StreamInfo): AsyncGenerator<Uint8Array> {
    for await (const batch of messagesOf(jetstream, found)) {
      const records: MessageRecord[] = batch.map(({ subject, seq, timeNs, headers, data }) => ({
        ...{ subject, seq, timeNs, data },
        headers: keptHeaders(headers),
      }))
      for (const record of records) tally.add(record)
      firstSeq ||= records[0]?.seq ?? 0
      lastSeq = Math.max(lastSeq, records.at(-1)?.seq ?? 0)
      taken += records.length
      onMessages?.(taken, Math.max(taken, found.state.messages))
      yield Buffer.concat(records.map(encodeRecord))
    }
  }
  const file = await writePayload(folder, `${stream}.stream`, source(info), keys)
  const entry = { name: stream, config: { ...info.config }, firstSeq, lastSeq, file }
  if (!keepsLastAlone(entry.config)) return { ...entry, ...tally.result() }
  const lasting = createContentTally()
  for await (const record of lastOfEach(() => readRecords(readPayload(folder, file, keys)))) lasting.add(record)
  return { ...entry, ...lasting.result() }
}
