import { maxChainEvents } from './chains.ts'
import { relayLimits } from './home-relay.ts'
import { proofChecksKeptFor } from './proofs.ts'
import { pushKeptFor } from './push.ts'
import { bucketName, inboxStreamBuckets, inboxStreamName, streamName } from './subjects.ts'

const second = 1_000_000_000
const hour = 3600 * second
const day = 24 * hour

/** Settings that differ between one machine and a cluster. */
export type StreamScale = { replicas: 1 | 3; inboxStreams: number }

/** The part of a JetStream stream's configuration that we decide; names and units as on the wire (durations in ns). */
export type StreamSpec = {
  name: string
  subjects: string[]
  storage: 'file'
  retention: 'limits'
  discard: 'new'
  num_replicas: number
  max_age: number
  max_bytes: number
  max_msgs: number
  max_msg_size: number
  max_msgs_per_subject: number
  discard_new_per_subject: boolean
  duplicate_window: number
  deny_delete: boolean
  deny_purge: boolean
  allow_direct: boolean
  allow_atomic: boolean
  republish?: { src: string; dest: string }
}

/** `IDENTITY`: handles, primaries, bindings. The truth; never expires, nothing can be removed (architecture §2). */
export const identityStream = (scale: StreamScale): StreamSpec => ({
  name: streamName.identity,
  subjects: ['identity.handle.*', 'identity.primary.*'],
  storage: 'file',
  retention: 'limits',
  discard: 'new',
  num_replicas: scale.replicas,
  max_age: 0,
  max_bytes: -1,
  max_msgs: -1,
  max_msg_size: 256 * 1024,
  max_msgs_per_subject: -1,
  discard_new_per_subject: false,
  duplicate_window: 600 * second,
  deny_delete: true,
  deny_purge: true,
  allow_direct: true,
  allow_atomic: true,
})

/**
 * `CHAINS`: sigchains, one key's on one subject. Apart from `IDENTITY` and of a limited size, because anybody's throw-away
 * key may append (architecture §2).
 */
export const chainsStream = (scale: StreamScale, limits: { maxBytes: number }): StreamSpec => ({
  ...identityStream(scale),
  name: streamName.chains,
  subjects: ['chain.*.*'],
  max_bytes: limits.maxBytes,
  max_msgs_per_subject: maxChainEvents,
  discard_new_per_subject: true,
})

/** Most messages one inbox holds; the next one is refused with `mailbox_full`. */
export const maxInboxMessages = 10_000

/** `INBOX_<index>` (architecture §3). Purge stays allowed: it is how an owner frees the mailbox. */
export const inboxStream = (
  index: number,
  scale: StreamScale,
  limits: { maxBytes: number; duplicateWindowHours: number },
): StreamSpec => ({
  name: inboxStreamName(index),
  subjects: inboxStreamBuckets(index, scale.inboxStreams).map((bucket) => `kez.inbox.*.p${bucket}`),
  storage: 'file',
  retention: 'limits',
  discard: 'new',
  num_replicas: scale.replicas,
  max_age: 30 * day,
  max_bytes: limits.maxBytes,
  max_msgs: -1,
  max_msg_size: 512 * 1024,
  max_msgs_per_subject: maxInboxMessages,
  discard_new_per_subject: true,
  duplicate_window: limits.duplicateWindowHours * hour,
  deny_delete: true,
  deny_purge: false,
  allow_direct: true,
  allow_atomic: false,
  republish: { src: 'kez.inbox.*.*', dest: 'kez.inbox.{{wildcard(1)}}.live' },
})

/**
 * `RELAY_MAIL`: kinds 4242 and 4244 as the home relay serves them (architecture §3). One subject an event, so that the same one
 * is never stored twice and its author can take it back; purge is how.
 */
export const relayMailStream = (scale: StreamScale, limits: { maxBytes: number }): StreamSpec => ({
  ...relayStream(scale, limits),
  name: streamName.relayMail,
  subjects: ['relay.mail.*.*.*'],
  max_age: relayLimits.oldest * second,
  discard_new_per_subject: true,
  republish: { src: 'relay.mail.*.*.*', dest: 'relay.live.mail.{{wildcard(1)}}' },
})

/** `RELAY_LISTS`: profiles and lists of registered people, the newest of a kind each, and what they took back. */
export const relayListsStream = (scale: StreamScale, limits: { maxBytes: number }): StreamSpec => ({
  ...relayStream(scale, limits),
  name: streamName.relayLists,
  subjects: ['relay.list.*.*', 'relay.gone.*.*', 'relay.vanished.*'],
  republish: { src: 'relay.list.*.*', dest: 'relay.live.list.{{wildcard(1)}}' },
})

/** `DEAD_LETTERS`: what reactions gave up, one message an event. A full one takes nothing more, and nothing is given up then. */
export const deadLettersStream = (scale: StreamScale): StreamSpec => ({
  ...relayStream(scale, { maxBytes: 64 * 1024 * 1024 }),
  name: streamName.deadLetters,
  subjects: ['dead.*.*.*'],
  max_msg_size: 8 * 1024,
})

const relayStream = (scale: StreamScale, limits: { maxBytes: number }): Omit<StreamSpec, 'name' | 'subjects'> => ({
  storage: 'file',
  retention: 'limits',
  discard: 'new',
  num_replicas: scale.replicas,
  max_age: 0,
  max_bytes: limits.maxBytes,
  max_msgs: -1,
  max_msg_size: 128 * 1024,
  max_msgs_per_subject: 1,
  discard_new_per_subject: false,
  duplicate_window: 120 * second,
  deny_delete: true,
  deny_purge: false,
  allow_direct: true,
  allow_atomic: false,
})

/** The part of a KV bucket's configuration that we decide; `ttl` in milliseconds, 0 = for ever. */
export type BucketSpec = { name: string; replicas: number; history: number; ttl: number; maxValueSize: number }

export const directoryBucket = (scale: StreamScale): BucketSpec => ({
  name: bucketName.directory,
  replicas: scale.replicas,
  history: 1,
  ttl: 0,
  maxValueSize: 64 * 1024,
})

/** What came of looking for people's proofs, by primary; looked for again after 24 h. */
export const proofChecksBucket = (scale: StreamScale): BucketSpec => ({
  name: bucketName.proofChecks,
  replicas: scale.replicas,
  history: 1,
  ttl: proofChecksKeptFor,
  maxValueSize: 192 * 1024,
})

/** Which replica of the bridge listens on which relay. An entry outlives its lease, so that epochs only grow. */
export const relayLeasesBucket = (scale: StreamScale): BucketSpec => ({
  name: bucketName.relayLeases,
  replicas: scale.replicas,
  history: 1,
  ttl: 0,
  maxValueSize: 4 * 1024,
})

/** How far each relay was read. */
export const relayCursorsBucket = (scale: StreamScale): BucketSpec => ({
  ...relayLeasesBucket(scale),
  name: bucketName.relayCursors,
})

/** How each relay does, for whoever asks; of a relay that nobody listens on any more it goes away. */
export const relayStatesBucket = (scale: StreamScale): BucketSpec => ({
  ...relayLeasesBucket(scale),
  name: bucketName.relayStates,
  ttl: 600_000,
})

/** Signatures of mutating requests that were seen, kept for twice the skew of 60 s (protocol §2). */
export const usedSignaturesBucket = (scale: StreamScale): BucketSpec => ({
  name: bucketName.usedSignatures,
  replicas: scale.replicas,
  history: 1,
  ttl: 120_000,
  maxValueSize: 64 * 1024,
})

/** How far people's clients have read their inboxes (architecture §3), kept somewhat longer than a push waits for a device. */
export const inboxReadsBucket = (scale: StreamScale): BucketSpec => ({
  name: bucketName.inboxReads,
  replicas: scale.replicas,
  history: 1,
  ttl: pushKeptFor + 3_600_000,
  maxValueSize: 1024,
})
