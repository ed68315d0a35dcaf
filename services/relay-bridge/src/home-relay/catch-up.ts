import { bucketName } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { createCoalescedReads, subjectState } from '@kez-chat/eventlog/messages'

/**
 * Waits for what the directory held when it was asked for: somebody who has just registered is in its stream before they are in
 * our copy.
 */
export type CatchUp = {
  /** Our copy has taken in the entry of this sequence. */
  took(seq: number): void
  /** Never fails: when the directory cannot be asked in time, the copy has to do. */
  catchUp(): Promise<void>
}

const stream = `KV_${bucketName.directory}`
const patience = 1_000
const maxWaiting = 1_000

export const createCatchUp = (jetstream: JetStream): CatchUp => {
  let last = 0
  const waiting = new Set<{ seq: number; go: () => void }>()

  // Whoever asks while another one does shares the next answer, so that strangers' misses cost one read at a time.
  const readLast = createCoalescedReads(maxWaiting, async (subject: string) => {
    return (await subjectState(jetstream, stream, subject)).streamLastSeq
  })

  const until = (seq: number): Promise<void> =>
    new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer)
        waiting.delete(entry)
        resolve()
      }
      const timer = setTimeout(go, patience)
      const entry = { seq, go }
      waiting.add(entry)
    })

  return {
    took: (seq) => {
      last = Math.max(last, seq)
      for (const entry of waiting) if (entry.seq <= last) entry.go()
    },
    catchUp: async () => {
      const seq = await readLast('none').catch(() => 0)
      if (seq > last && waiting.size < maxWaiting) await until(seq)
    },
  }
}
