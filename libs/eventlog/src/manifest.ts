import {
  chainsStream,
  deadLettersStream,
  directoryBucket,
  identityStream,
  inboxReadsBucket,
  inboxStream,
  proofChecksBucket,
  relayCursorsBucket,
  relayLeasesBucket,
  relayListsStream,
  relayMailStream,
  relayStatesBucket,
  type StreamScale,
  usedSignaturesBucket,
} from '@kez-chat/contracts'
import { bucketConfig } from './ensure-bucket.ts'
import type { WantedConfig } from './stream-drift.ts'

/** How large the streams of a server may get, in bytes, and how long repeated messages are recognised. */
export type StreamLimits = {
  readonly chainStreamBytes: number
  readonly inboxStreamBytes: number
  readonly relayMailBytes: number
  readonly relayListBytes: number
  readonly duplicateWindowHours: number
}

/** A stream of this version, also one behind a KV bucket. */
export type ManifestEntry = {
  readonly name: string
  /** The service that makes it. */
  readonly owner: 'registry' | 'gateway' | 'relay-bridge'
  readonly want: WantedConfig
}

/** Every stream that this version works with, as its services make it (architecture §1). */
export const streamManifest = (scale: StreamScale, limits: StreamLimits): ManifestEntry[] => {
  const { duplicateWindowHours } = limits
  const entry = (owner: ManifestEntry['owner'], want: WantedConfig & { name: string }): ManifestEntry => ({
    name: want.name,
    owner,
    want,
  })
  return [
    entry('registry', { ...identityStream(scale) }),
    entry('registry', { ...chainsStream(scale, { maxBytes: limits.chainStreamBytes }) }),
    entry('registry', { ...deadLettersStream(scale) }),
    entry('registry', bucketConfig(directoryBucket(scale))),
    entry('registry', bucketConfig(proofChecksBucket(scale))),
    ...Array.from({ length: scale.inboxStreams }, (_, index) =>
      entry('gateway', {
        ...inboxStream(index, scale, { maxBytes: limits.inboxStreamBytes, duplicateWindowHours }),
      }),
    ),
    entry('gateway', bucketConfig(usedSignaturesBucket(scale))),
    entry('gateway', bucketConfig(inboxReadsBucket(scale))),
    entry('relay-bridge', { ...relayMailStream(scale, { maxBytes: limits.relayMailBytes }) }),
    entry('relay-bridge', { ...relayListsStream(scale, { maxBytes: limits.relayListBytes }) }),
    entry('relay-bridge', bucketConfig(relayLeasesBucket(scale))),
    entry('relay-bridge', bucketConfig(relayCursorsBucket(scale))),
    entry('relay-bridge', bucketConfig(relayStatesBucket(scale))),
  ]
}
