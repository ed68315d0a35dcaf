import type { BucketSpec } from '@kez-chat/contracts'
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream'
import { type KV, Kvm } from '@nats-io/kv'
import { conflictCodes } from './append.ts'
import { type EnsuredStream, ensureConfig } from './ensure-stream.ts'
import type { JetStream } from './jetstream.ts'
import type { WantedConfig } from './stream-drift.ts'

/** A KV bucket (see `@nats-io/kv`): `get`, `put`, `create`, `update`, `watch`. */
export type Bucket = KV

const duplicateWindowMs = 120_000

/** The configuration of the stream behind a bucket. */
export const bucketConfig = (spec: BucketSpec): WantedConfig & { name: string } => ({
  name: `KV_${spec.name}`,
  subjects: [`$KV.${spec.name}.>`],
  storage: 'file',
  retention: 'limits',
  discard: 'new',
  num_replicas: spec.replicas,
  max_age: spec.ttl * 1_000_000,
  max_bytes: -1,
  max_msgs: -1,
  max_msg_size: spec.maxValueSize,
  max_msgs_per_subject: spec.history,
  duplicate_window: (spec.ttl > 0 ? Math.min(spec.ttl, duplicateWindowMs) : duplicateWindowMs) * 1_000_000,
  deny_delete: true,
  deny_purge: false,
  allow_rollup_hdrs: true,
  allow_direct: true,
})

/**
 * Makes a KV bucket when it is missing, else compares it with `spec`, exactly as {@link ensureStream} does.
 * @throws {StreamDrift} when it exists with another configuration
 */
export const ensureBucket = (jsm: JetStreamManager, spec: BucketSpec): Promise<EnsuredStream> => {
  const config = bucketConfig(spec)
  return ensureConfig(jsm, config.name, config)
}

/** Opens a bucket that exists. Single reads go to the leader, so they see every acknowledged write. */
export const openBucket = ({ js }: JetStream, name: string): Promise<Bucket> => new Kvm(js).open(name)

/** Whether a write to a bucket failed because the key has another revision than expected. */
export const isRevisionConflict = (error: unknown): boolean =>
  error instanceof JetStreamApiError && conflictCodes.includes(error.code)
