import type { JetStream } from '../jetstream.ts'
import { readFromLeader, readRange, type StoredMessage } from './read.ts'

const batchMessages = 500
const batchBytes = 4 * 1024 * 1024

/**
 * Every message of one subject from sequence `from` on, in order, up to where the stream's leader says that nothing
 * follows: it includes every acknowledged write. For subjects whose size the stream limits.
 * @throws {LogUnavailable}
 */
export const readSubject = async (
  jetstream: JetStream,
  stream: string,
  { subject, from }: { subject: string; from: number },
): Promise<StoredMessage[]> => {
  const found: StoredMessage[] = []
  for (let next = from; ; ) {
    let batch = await readRange(jetstream, stream, { subject, from: next, messages: batchMessages, bytes: batchBytes })
    if (batch.length === 0) {
      const one = await readFromLeader(jetstream, stream, { seq: next, next_by_subj: subject })
      if (!one) return found
      batch = [one]
    }
    found.push(...batch)
    next = (batch.at(-1)?.seq ?? next) + 1
  }
}
