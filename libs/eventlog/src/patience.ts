import { setTimeout as sleep } from 'node:timers/promises'
import { LogUnavailable, StreamDrift } from './errors.ts'
import type { LogSink } from './log-sink.ts'

/** A stream of three copies chooses another leader within 4 to 9 s when it loses the one it had. */
const leaderWithin = 8_000
const firstPause = 100
const longestPause = 1_000

/**
 * Tries again what the log could not do, with growing, jittered pauses, for as long as a change of leaders takes. Only for what
 * may be done twice.
 * @param within ms after which nothing is tried any more; what is under way then is waited for
 * @throws {LogUnavailable} of the last try; anything else at once
 */
export const patiently = async <T>(work: () => Promise<T>, within = leaderWithin): Promise<T> => {
  const until = performance.now() + within
  for (let most = firstPause; ; most = Math.min(longestPause, most * 2)) {
    try {
      return await work()
    } catch (error) {
      const pause = most * (0.5 + Math.random() / 2)
      if (!(error instanceof LogUnavailable) || performance.now() + pause > until) throw error
      await sleep(pause)
    }
  }
}

const readyWithin = 60_000

/**
 * Does what a service needs of JetStream at its start, again until it works: a cluster that is just starting, or has lost a node,
 * may need a while to choose leaders.
 * @throws {StreamDrift} at once; anything else after a minute
 */
export const whenJetStreamIsReady = async <T>(work: () => Promise<T>, log: LogSink): Promise<T> => {
  const until = Date.now() + readyWithin
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof StreamDrift || Date.now() > until) throw error
      log.warn({ err: error }, 'JetStream is not ready yet')
      await sleep(500 + Math.random() * 500)
    }
  }
}
