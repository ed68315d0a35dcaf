import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { directoryKey, type HandleEvent, isHandleEvent, primaryHex, streamName } from '@kez-chat/contracts'
import {
  type EnsuredStream,
  type JetStream,
  PoisonEvent,
  type Reaction,
  type ReactionObserver,
  startReaction,
} from '@kez-chat/eventlog'
import type { Log } from '@kez-chat/runtime'
import type { Counter } from 'prom-client'
import { loadHandle } from '../log/load.ts'
import { readIdentityEvent } from '../log/read-event.ts'
import type { Directory } from './directory.ts'
import { listingsOf } from './entry.ts'

/** The command that appended an event writes the directory itself; this long it is left to do so. */
const grace = 1_000

/** The keys that an event changes. */
const keysOf = (event: HandleEvent): string[] => [
  directoryKey.handle(event.handle),
  directoryKey.primary(primaryHex(event.primary)),
  ...(event.type === 'HandleRebound' ? [directoryKey.primary(primaryHex(event.previous))] : []),
]

/**
 * Follows the log and puts right what a command did not finish: a registry may die between the log and the directory.
 * The position lives in a durable consumer named after the bucket's creation, so a bucket that is made anew is filled
 * from the beginning, as is one behind a stream that was restored.
 */
export const repairDirectory = (
  jetstream: JetStream,
  options: { directory: Directory; bucket: EnsuredStream; repairs: Counter; observer: ReactionObserver; log: Log },
): Reaction => {
  const { directory, bucket, repairs, observer, log } = options
  const life = createHash('sha256').update(bucket.created).digest('hex').slice(0, 12)
  return startReaction(jetstream, {
    stream: streamName.identity,
    durable: `directory_${life}`,
    filter: 'identity.handle.*',
    deadLetters: 'directory',
    observer,
    log,
    handle: async (stored) => {
      const event = readIdentityEvent(stored)
      if (!isHandleEvent(event)) throw new PoisonEvent(`event ${stored.seq} is not one of a handle`)
      const age = Date.now() - Number(stored.timeNs / 1_000_000n)
      if (age < grace) await sleep(Math.min(grace, grace - age))
      if (await directory.holds(keysOf(event), stored.seq)) return
      const state = await loadHandle(jetstream, event.handle)
      if (state.kind !== 'registered') throw new PoisonEvent(`event ${stored.seq} is about a handle that nobody took`)
      if (await directory.write(listingsOf(state))) {
        repairs.inc()
        log.info({ seq: stored.seq }, 'the directory was behind the log and was put right')
      }
    },
  })
}
