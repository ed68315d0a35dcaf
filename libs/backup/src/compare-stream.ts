import { type JetStream, openTail, streamInfo } from '@kez-chat/eventlog'
import { BackupError } from './errors.ts'
import type { StreamEntry } from './manifest.ts'
import { createContentTally, keptHeaders } from './records.ts'

/**
 * Reads a stream that was put back and compares it with the backup: as many messages, the same subjects, headers and data in
 * the same order.
 * @throws {BackupError} `not_the_same`
 */
export const compareStream = async (jetstream: JetStream, entry: StreamEntry): Promise<void> => {
  const info = await streamInfo(jetstream.jsm, entry.name)
  const tally = createContentTally()
  const tail = await openTail(jetstream, {
    stream: entry.name,
    after: (info?.state.first_seq ?? 1) - 1,
    name: 'backup',
  })
  try {
    for (let batch = await tail.next(500, 0); batch.length > 0; batch = await tail.next(500, 0))
      for (const { headers, ...message } of batch) tally.add({ ...message, headers: keptHeaders(headers) })
  } finally {
    await tail.close()
  }
  const { messages, contentSha256 } = tally.result()
  if (messages !== entry.messages || contentSha256 !== entry.contentSha256)
    throw new BackupError('not_the_same', `${entry.name} holds ${messages} messages that are not those of the backup`)
}
