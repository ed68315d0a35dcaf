export { append, maxBatchEvents, maxEventBytes, type NewEvent } from './append.ts'
export { type Backoff, createBackoff } from './backoff.ts'
export {
  createDeadLetterDesk,
  type DeadLetterHandlers,
  findDeadLetter,
  putDeadLetter,
} from './dead-letters.ts'
export { type Bucket, ensureBucket, isRevisionConflict, openBucket } from './ensure-bucket.ts'
export { type EnsuredStream, ensureStream, streamInfo } from './ensure-stream.ts'
export { AppendConflict, EventNotStorable, LogUnavailable, PoisonEvent, StreamDrift } from './errors.ts'
export { type JetStream, openJetStream } from './jetstream.ts'
export { isEmpty, loadLast, loadSubject } from './load.ts'
export type { LogSink } from './log-sink.ts'
export { type ManifestEntry, type StreamLimits, streamManifest } from './manifest.ts'
export { whenJetStreamIsReady } from './patience.ts'
export type { Delivery } from './pull.ts'
export {
  durableConfig,
  type Reaction,
  type ReactionObserver,
  type ReactionOptions,
  type ReactionStatus,
  startReaction,
} from './reaction.ts'
export { eventJson, type StoredEvent } from './stored-event.ts'
export { type Difference, differencesOf, type WantedConfig } from './stream-drift.ts'
export { openTail, type Tail } from './tail.ts'
