import { Handle, streamName } from '@kez-chat/contracts'
import { type JetStream, openTail, streamInfo } from '@kez-chat/eventlog'
import { loadHandle } from '../log/load.ts'
import type { Directory } from './directory.ts'
import { listingsOf } from './entry.ts'

const batchSize = 200
const prefix = 'identity.handle.'

/**
 * Goes through the whole log and puts every entry of the directory right, in place: whoever reads it meanwhile finds everybody.
 * Newer entries are never replaced by older.
 * @returns how many events were read
 */
export const rebuildDirectory = async (
  jetstream: JetStream,
  directory: Directory,
  onProgress: (through: number, last: number) => void,
): Promise<{ events: number }> => {
  const last = (await streamInfo(jetstream.jsm, streamName.identity))?.state.last_seq ?? 0
  const tail = await openTail(jetstream, { stream: streamName.identity, after: 0, name: 'directory_rebuild' })
  let events = 0
  try {
    for (let through = 0; through < last; ) {
      const batch = await tail.next(batchSize, 1_000)
      const end = batch.at(-1)
      if (!end) break
      const handles = new Set(batch.map(({ subject }) => subject).filter((subject) => subject.startsWith(prefix)))
      for (const subject of handles) {
        const state = await loadHandle(jetstream, Handle.parse(subject.slice(prefix.length)))
        if (state.kind === 'registered') await directory.correct(listingsOf(state))
      }
      events += batch.length
      through = end.seq
      onProgress(through, last)
    }
  } finally {
    await tail.close()
  }
  return { events }
}
