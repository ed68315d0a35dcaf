import { type InboxMessage, inboxStreamOf, inboxSubject, type PrimaryHex } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader, readRange } from '@kez-chat/eventlog/messages'
import { messageOf } from '../messages/record.ts'

/** About how large one page may get; a longer inbox takes more pages. */
const maxPageBytes = 8 * 1024 * 1024

export type Page = { messages: InboxMessage[]; next: number | null }

/**
 * Messages after `since`. Batches may come from a replica that lags behind, so the end is only where the leader says that
 * nothing follows.
 */
export const readPage = async (
  jetstream: JetStream,
  inboxStreams: number,
  { primary, since, limit }: { primary: PrimaryHex; since: number; limit: number },
): Promise<Page> => {
  const [stream, subject] = [inboxStreamOf(primary, inboxStreams), inboxSubject.stored(primary)]
  const messages: InboxMessage[] = []
  let last = since
  let taken = 0
  let bytes = 0
  for (;;) {
    const from = last + 1
    const room = taken < limit && bytes < maxPageBytes
    let batch = room
      ? await readRange(jetstream, stream, { subject, from, messages: limit - taken, bytes: maxPageBytes - bytes })
      : []
    if (batch.length === 0) {
      const next = await readFromLeader(jetstream, stream, { seq: from, next_by_subj: subject })
      if (!next) return { messages, next: null }
      if (!room) return { messages, next: last }
      batch = [next]
    }
    for (const stored of batch) {
      const message = messageOf(stored)
      if (message) messages.push(message)
      last = stored.seq
      taken += 1
      bytes += stored.data.length
    }
  }
}
