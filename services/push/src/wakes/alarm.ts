import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@kez-chat/runtime'
import type { WakeStore } from './store.ts'

export type Alarm = { stop(): Promise<void> }

const lookEvery = 1_000

/** Takes up wakes whose time has come, of every person and whichever replica put them off. */
export const startAlarm = (wakes: WakeStore, onWake: () => void, log: Log): Alarm => {
  const stopping = new AbortController()

  const look = async (): Promise<void> => {
    for (let taken = 1; taken > 0 && !stopping.signal.aborted; ) {
      const due = await wakes.takeDue()
      taken = due.taken
      if (due.woke) onWake()
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look().catch((error: unknown) => log.warn({ err: error }, 'wakes that are due cannot be taken up yet'))
      await sleep(lookEvery * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
