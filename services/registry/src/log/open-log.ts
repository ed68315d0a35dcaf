import { setTimeout as sleep } from 'node:timers/promises'
import {
  chainsStream,
  deadLettersStream,
  directoryBucket,
  identityStream,
  proofChecksBucket,
  type StreamScale,
} from '@kez-chat/contracts'
import { type EnsuredStream, ensureBucket, ensureStream, type JetStream, StreamDrift } from '@kez-chat/eventlog'
import type { Log } from '@kez-chat/runtime'

const patience = 30_000

export type OpenedLog = { identity: EnsuredStream; chains: EnsuredStream; bucket: EnsuredStream }

/**
 * The streams and the bucket that the registry owns. A cluster that is just starting may need a while to choose a leader.
 * @throws {StreamDrift} when one of them is not as this version needs it
 */
export const openLog = async (
  { jsm }: JetStream,
  scale: StreamScale,
  limits: { chainBytes: number },
  log: Log,
): Promise<OpenedLog> => {
  const until = Date.now() + patience
  for (;;) {
    try {
      const identity = await ensureStream(jsm, identityStream(scale))
      const chains = await ensureStream(jsm, chainsStream(scale, { maxBytes: limits.chainBytes }))
      await ensureStream(jsm, deadLettersStream(scale))
      await ensureBucket(jsm, proofChecksBucket(scale))
      return { identity, chains, bucket: await ensureBucket(jsm, directoryBucket(scale)) }
    } catch (error) {
      if (error instanceof StreamDrift || Date.now() > until) throw error
      log.warn({ err: error }, 'JetStream is not ready yet')
      await sleep(500 + Math.random() * 500)
    }
  }
}
