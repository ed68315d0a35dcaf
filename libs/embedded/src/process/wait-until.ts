import { setTimeout as sleep } from 'node:timers/promises'

/** Asks `done` every `everyMs` until it says yes; false when `timeoutMs` have passed first. */
export const waitUntil = async (done: () => boolean | Promise<boolean>, timeoutMs: number, everyMs = 25) => {
  const end = performance.now() + timeoutMs
  while (!(await done())) {
    if (performance.now() >= end) return false
    await sleep(everyMs)
  }
  return true
}
