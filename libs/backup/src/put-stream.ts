import { type JetStream, streamInfo } from '@kez-chat/eventlog'
import type { StreamConfig } from '@nats-io/jetstream'
import { headers as createHeaders, type MsgHdrs } from '@nats-io/nats-core'
import { BackupError } from './errors.ts'
import type { StreamEntry } from './manifest.ts'
import type { MessageRecord } from './records.ts'

const inFlight = 256
const inFlightBytes = 4 * 1024 * 1024
const ackTimeout = 30_000
/** What the server adds to a configuration by itself. */
const serverMetadata = '_nats.'

/** The configuration of the stream that is made: the old one, but for where it starts and how often it is kept. */
const configOf = ({ config, lastSeq }: StreamEntry, replicas: number | undefined, now: number): StreamConfig => {
  const { first_seq: _first, placement: _placement, metadata, ...same } = config as Partial<StreamConfig>
  const own = Object.entries(metadata ?? {}).filter(([name]) => !name.startsWith(serverMetadata))
  return {
    ...same,
    ...(own.length > 0 ? { metadata: Object.fromEntries(own) } : {}),
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
    // Above every sequence ever given out, also after the backup was taken: devices remember them (ADR 5).
    first_seq: Math.max(now * 100, lastSeq + 1),
  } as StreamConfig
}

const headersOf = ({ headers }: MessageRecord, seen: Set<string>): MsgHdrs | undefined => {
  const all = createHeaders()
  let count = 0
  for (const [name, values] of Object.entries(headers)) {
    if (name === 'Nats-Msg-Id') {
      // Outside of its window the stream took the same message twice; so does the copy.
      if (seen.has(values[0] ?? '')) continue
      seen.add(values[0] ?? '')
    }
    for (const value of values) all.append(name, value)
    count += 1
  }
  return count > 0 ? all : undefined
}

export type PutOptions = {
  /** Connected as a user who may make the stream and write into it. */
  readonly jetstream: JetStream
  readonly entry: StreamEntry
  readonly messages: AsyncIterable<MessageRecord>
  /** How many servers keep it; as before when left out. */
  readonly replicas?: number
  readonly onMessages?: (put: number, of: number) => void
}

/**
 * Makes a stream of a backup anew, under new sequences, with the same messages in the same order. Nobody else may write meanwhile.
 * @throws {BackupError} `target_not_empty`, `target_refused`
 */
export const putStream = async ({ jetstream, entry, messages, replicas, onMessages }: PutOptions): Promise<void> => {
  const { js, jsm } = jetstream
  const refused = (cause: unknown): BackupError => {
    if (cause instanceof BackupError) return cause
    const why = cause instanceof Error ? cause.message : String(cause)
    return new BackupError('target_refused', `${entry.name} could not be put back: ${why}`, { cause })
  }
  try {
    if (await streamInfo(jsm, entry.name))
      throw new BackupError('target_not_empty', `there is a stream ${entry.name} already`)
    const config = configOf(entry, replicas, Date.now())
    await jsm.streams.add(config)
    let expected = config.first_seq ?? 1
    let [put, bytes] = [0, 0]
    let waiting: Promise<void>[] = []
    const seen = new Set<string>()
    const settle = async (): Promise<void> => {
      const sent = waiting
      waiting = []
      bytes = 0
      await Promise.all(sent)
      onMessages?.(put, entry.messages)
    }
    for await (const message of messages) {
      const headers = headersOf(message, seen)
      const seq = expected++
      const acknowledged = js.publish(message.subject, message.data, {
        timeout: ackTimeout,
        ...(headers ? { headers } : {}),
      })
      waiting.push(
        acknowledged.then((ack) => {
          if (ack.seq !== seq || ack.stream !== entry.name)
            throw new BackupError('target_refused', `${entry.name} took a message at ${ack.seq} and not at ${seq}`)
        }),
      )
      put += 1
      bytes += message.data.length
      if (waiting.length >= inFlight || bytes >= inFlightBytes) await settle()
    }
    await settle()
  } catch (cause) {
    throw refused(cause)
  }
}
