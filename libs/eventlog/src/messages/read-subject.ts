import type { JetStream } from '../jetstream.ts'
import { readFromLeader, readRange, type StoredMessage } from './read.ts'

const batchMessages = 500
const batchBytes = 4 * 1024 * 1024

/**
 * The messages of one subject (wildcards allowed) from sequence `from` on, in order and a batch at a time, up to where the
 * stream's leader says that nothing follows: it includes every write that was acknowledged before the last look.
 * @throws {LogUnavailable}
 */
export const readBatches = async function* (
  jetstream: JetStream,
  stream: string,
  { subject, from }: { subject: string; from: number },
  { messages, bytes }: { messages: number; bytes: number } = { messages: batchMessages, bytes: batchBytes },
): AsyncGenerator<StoredMessage[]> {
  for (let next = from; ; ) {
    let batch = await readRange(jetstream, stream, { subject, from: next, messages, bytes })
    if (batch.length === 0) {
      const one = await readFromLeader(jetstream, stream, { seq: next, next_by_subj: subject })
      if (!one) return
      batch = [one]
    }
    yield batch
    next = (batch.at(-1)?.seq ?? next) + 1
  }
}

/**
 * Every message of one subject from sequence `from` on, as {@link readBatches} finds them. For subjects whose size the
 * stream limits.
 * @throws {LogUnavailable}
 */
export const readSubject = async (
  jetstream: JetStream,
  stream: string,
  range: { subject: string; from: number },
): Promise<StoredMessage[]> => {
  const found: StoredMessage[] = []
  for await (const batch of readBatches(jetstream, stream, range)) found.push(...batch)
  return found
}
