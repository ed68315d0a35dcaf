import { createBackoff, type Delivery, type JetStream, LogUnavailable, openTail, streamInfo } from '@kez-chat/eventlog'
import { readFromLeader } from '@kez-chat/eventlog/messages'
import type { StreamInfo } from '@nats-io/jetstream'
import { BackupError } from './errors.ts'
import type { StreamEntry } from './manifest.ts'
import { writePayload } from './payload.ts'
import { createContentTally, encodeRecord, keptHeaders, type MessageRecord } from './records.ts'
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

const holds = async (jetstream: JetStream, stream: string, from: number): Promise<boolean> =>
  (await readFromLeader(jetstream, stream, { seq: from, next_by_subj: '>' })) !== undefined

/**
 * Reads a stream from its first message to the end that it has when it is read, which is at or behind the end that the
 * leader names now. What comes meanwhile is read too: a value that replaces another is then never missing in both forms.
 */
async function* messagesOf(jetstream: JetStream, { config, state }: StreamInfo): AsyncGenerator<Delivery[]> {
  const stream = config.name
  const backoff = createBackoff()
  const giveUp = new AbortController()
  let after = Math.max(0, state.first_seq - 1)
  let last: Delivery | undefined
  for (let attempt = 1; ; attempt++) {
    try {
      const tail = await openTail(jetstream, { stream, after, name: 'backup' })
      try {
        for (let idle = 0; ; ) {
          const batch = await tail.next(batchSize, idle > 0 ? poll : 0)
          const newest = batch.at(-1)
          if (newest) {
            yield batch
            last = newest
            after = newest.seq
            attempt = 1
            idle = 0
            if (newest.pending > 0) continue
          }
          // Messages may have been removed at the end, or the copy that answers lags behind the leader.
          const isWhole = last === undefined || !isTorn(last)
          if (isWhole && (after >= state.last_seq || !(await holds(jetstream, stream, after + 1)))) return
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
  return { name: stream, config: { ...info.config }, firstSeq, lastSeq, ...tally.result(), file }
}
