import { setTimeout as sleep } from 'node:timers/promises'

type Undo = { readonly name: string; readonly stop: () => Promise<void> | void }

/** What has been started, to be stopped in the opposite order; a stop that fails or hangs does not keep the others. */
export const createCleanup = (report: (problem: string) => void, stopWithinMs = 60_000) => {
  const started: Undo[] = []
  return {
    add: (name: string, stop: Undo['stop']) => {
      started.push({ name, stop })
    },
    run: async () => {
      for (let undo = started.pop(); undo !== undefined; undo = started.pop()) {
        const inTime = new AbortController()
        try {
          const late = sleep(stopWithinMs, 'late', { signal: inTime.signal }).catch(() => {})
          const outcome = await Promise.race([undo.stop(), late])
          if (outcome === 'late') report(`${undo.name} did not stop in ${stopWithinMs / 1000} s and is left behind.`)
        } catch (error) {
          report(`${undo.name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`)
        } finally {
          inTime.abort()
        }
      }
    },
  }
}

export type Cleanup = ReturnType<typeof createCleanup>
