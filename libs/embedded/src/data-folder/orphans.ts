import { isRunning, type ProcessRef } from '../process/identity.ts'
import { waitUntil } from '../process/wait-until.ts'

const politeMs = 15_000
const firmMs = 5_000

/**
 * Waits until server processes that a dead launcher left are gone (they were told by the kernel or the watchdog to
 * end), and ends those that stay. Each is known by pid and start time, so nobody else's process is touched.
 */
export const endOrphans = async (
  children: readonly (readonly [name: string, ref: ProcessRef])[],
  onWait: (what: string) => void,
): Promise<void> => {
  const left = () => children.filter(([, ref]) => isRunning(ref))
  if (left().length === 0) return
  onWait(
    `Waiting for ${left()
      .map(([name]) => name)
      .join(' and ')} of a launcher that was killed`,
  )
  signal(left(), 'SIGINT')
  if (await waitUntil(() => left().length === 0, politeMs)) return
  signal(left(), 'SIGKILL')
  await waitUntil(() => left().length === 0, firmMs)
}

const signal = (children: readonly (readonly [string, ProcessRef])[], name: NodeJS.Signals) => {
  for (const [, { pid }] of children) {
    try {
      process.kill(pid, name)
    } catch {
      // It ended in this moment.
    }
  }
}
