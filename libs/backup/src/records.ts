import { createHash } from 'node:crypto'
import { z } from 'zod'
import { damaged } from './errors.ts'

/** A message as a backup holds it. */
export type MessageRecord = {
  readonly subject: string
  readonly seq: number
  /** When the server stored it: nanoseconds since 1970. */
  readonly timeNs: bigint
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly data: Uint8Array
}

const Head = z.strictObject({
  subject: z.string().min(1),
  seq: z.int().positive(),
  time: z.string().regex(/^\d{1,20}$/),
  headers: z.record(z.string(), z.array(z.string())).optional(),
})

const maxHeadBytes = 128 * 1024
/** Above the largest message that our NATS takes. */
const maxDataBytes = 2 * 1024 * 1024
const prefixBytes = 8

/**
 * Headers that a message keeps: the server's own told it how to take the message in and would do so again, but for the id by which
 * it knows what it has already.
 */
export const keptHeaders = (headers: MessageRecord['headers']): MessageRecord['headers'] =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name === 'Nats-Msg-Id' || !name.startsWith('Nats-'))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

/** A message on disk: length of the head, length of the data (each 4 bytes, big-endian), the head as JSON, the data. */
export const encodeRecord = ({ subject, seq, timeNs, headers, data }: MessageRecord): Buffer => {
  const fields = { subject, seq, time: String(timeNs), ...(Object.keys(headers).length > 0 ? { headers } : {}) }
  const head = Buffer.from(JSON.stringify(fields))
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32BE(head.length, 0)
  prefix.writeUInt32BE(data.length, 4)
  return Buffer.concat([prefix, head, data])
}

const decode = (head: Buffer, data: Buffer): MessageRecord => {
  try {
    const { subject, seq, time, headers = {} } = Head.parse(JSON.parse(head.toString('utf8')))
    return { subject, seq, timeNs: BigInt(time), headers, data: Uint8Array.from(data) }
  } catch (cause) {
    throw damaged('a message of the backup cannot be read', cause)
  }
}

/** The messages in a file, in order. @throws {BackupError} `backup_damaged` */
export async function* readRecords(source: AsyncIterable<Uint8Array>): AsyncGenerator<MessageRecord> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk])
    let at = 0
    while (held.length - at >= prefixBytes) {
      const [head, data] = [held.readUInt32BE(at), held.readUInt32BE(at + 4)]
      if (head > maxHeadBytes || data > maxDataBytes) throw damaged('a message of the backup is longer than any can be')
      const end = at + prefixBytes + head + data
      if (held.length < end) break
      yield decode(held.subarray(at + prefixBytes, end - data), held.subarray(end - data, end))
      at = end
    }
    held = held.subarray(at)
  }
  if (held.length > 0) throw damaged('the last message of the backup is cut off')
}

/** Counts messages and digests what they say; sequences and times are not part of it, since a restore gives them anew. */
export const createContentTally = () => {
  const hash = createHash('sha256')
  let [messages, bytes] = [0, 0]
  return {
    add: ({ subject, headers, data }: MessageRecord): void => {
      const head = JSON.stringify([subject, headers])
      const prefix = Buffer.alloc(prefixBytes)
      prefix.writeUInt32BE(Buffer.byteLength(head), 0)
      prefix.writeUInt32BE(data.length, 4)
      hash.update(prefix).update(head).update(data)
      messages += 1
      bytes += Buffer.byteLength(head) + data.length
    },
    result: () => ({ messages, bytes, contentSha256: hash.digest('hex') }),
  }
}

/** Whether a stream keeps the last message of a subject alone, so that one replaces another. */
export const keepsLastAlone = (config: Readonly<Record<string, unknown>>): boolean =>
  config.max_msgs_per_subject === 1 && config.discard_new_per_subject !== true

/** Of each subject the last message alone, in order; reads twice, and remembers a number for each subject. */
export async function* lastOfEach(open: () => AsyncIterable<MessageRecord>): AsyncGenerator<MessageRecord> {
  const last = new Map<string, number>()
  for await (const { subject, seq } of open()) last.set(subject, seq)
  for await (const record of open()) if (last.get(record.subject) === record.seq) yield record
}
