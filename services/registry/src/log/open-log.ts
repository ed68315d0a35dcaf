import {
  chainsStream,
  deadLettersStream,
  directoryBucket,
  identityStream,
  proofChecksBucket,
  type StreamScale,
} from '@kez-chat/contracts'
import {
  type EnsuredStream,
  ensureBucket,
  ensureStream,
  type JetStream,
  whenJetStreamIsReady,
} from '@kez-chat/eventlog'
import type { Log } from '@kez-chat/runtime'

export type OpenedLog = { identity: EnsuredStream; chains: EnsuredStream; bucket: EnsuredStream }

/**
 * The streams and the bucket that the registry owns.
 * @throws {StreamDrift} when one of them is not as this version needs it
 */
export const openLog = (
  { jsm }: JetStream,
  scale: StreamScale,
  limits: { chainBytes: number },
  log: Log,
): Promise<OpenedLog> => {
  return whenJetStreamIsReady(async () => {
    const identity = await ensureStream(jsm, identityStream(scale))
    const chains = await ensureStream(jsm, chainsStream(scale, { maxBytes: limits.chainBytes }))
    await ensureStream(jsm, deadLettersStream(scale))
    await ensureBucket(jsm, proofChecksBucket(scale))
    return { identity, chains, bucket: await ensureBucket(jsm, directoryBucket(scale)) }
  }, log)
}
