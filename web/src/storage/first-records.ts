import type { Bytes } from '@kez-chat/identity'
import { createAtRest } from './at-rest.ts'
import { sealCanary } from './canary.ts'
import { sealProgress } from './progress.ts'

/** How an identity came to this device. */
export type Beginning = {
  /** It existed before, so others may know the person already. */
  readonly restored: boolean
  /** The person has the words: some of them were asked for, or all were entered. */
  readonly phraseNoted: boolean
}

/** The sealed records that a device begins with. */
export const sealFirstRecords = (
  storageKey: Bytes,
  { restored, phraseNoted }: Beginning,
  now: number,
): { canary: Bytes; progress: Bytes } => {
  const rest = createAtRest(storageKey)
  const done = phraseNoted ? { phrase: now } : {}
  return {
    canary: sealCanary(rest, { account: false }),
    progress: sealProgress(rest, { done, ...(restored ? { restored_at: now } : {}) }),
  }
}
