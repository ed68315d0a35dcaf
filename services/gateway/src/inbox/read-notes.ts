import { bucketName, inboxReadKey, type PrimaryHex } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { storeMessage } from '@kez-chat/eventlog/messages'
import type { Log } from '@kez-chat/runtime'

/** Notes how far people's clients have read, by which it is known whom a push has brought back (architecture §3). */
export type ReadNotes = {
  /** A client came and was given everything through this sequence. */
  asked(inbox: PrimaryHex, through: number): void
  /** A stream or consumer that was there anyway was given it; perhaps nobody has looked. */
  live(inbox: PrimaryHex, through: number): void
  /** Writes what is not written yet. */
  stop(): Promise<void>
}

const maxNoted = 50_000
const writtenAtOnce = 256

/** Writes each person's latest read at most once in `every` ms: a busy inbox must not cost a write per message. */
export const createReadNotes = ({ nc }: JetStream, log: Log, every = 1_000): ReadNotes => {
  /** The newest read, by key. */
  const notes = new Map<string, number>()
  const changed = new Set<string>()
  let writing: Promise<void> | undefined

  const write = async (key: string): Promise<void> => {
    const through = notes.get(key)
    if (through === undefined) return
    try {
      await storeMessage(nc, `$KV.${bucketName.inboxReads}.${key}`, JSON.stringify({ through }))
    } catch (error) {
      log.debug({ err: error }, 'a read could not be noted yet')
      changed.add(key)
    }
  }

  /** What cannot be written stays for the next time. */
  const writeChanged = async (): Promise<void> => {
    const keys = [...changed]
    changed.clear()
    while (keys.length > 0) await Promise.all(keys.splice(0, writtenAtOnce).map(write))
  }

  const flush = (): Promise<void> => {
    writing ??= writeChanged().finally(() => {
      writing = undefined
    })
    return writing
  }

  const note = (key: string, through: number): void => {
    if (through <= (notes.get(key) ?? 0)) return
    notes.delete(key)
    const oldest = notes.size >= maxNoted ? notes.keys().next() : undefined
    if (oldest?.done === false) notes.delete(oldest.value)
    notes.set(key, through)
    changed.add(key)
  }

  const timer = setInterval(() => void flush(), every).unref()
  return {
    asked: (inbox, through) => note(inboxReadKey.asked(inbox), through),
    live: (inbox, through) => note(inboxReadKey.live(inbox), through),
    stop: async () => {
      clearInterval(timer)
      await flush()
    },
  }
}
