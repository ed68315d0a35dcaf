export { createCoalescedReads, TooManyReads } from './coalesced-reads.ts'
export {
  countMessages,
  type LeaderQuery,
  type Range,
  readFromLeader,
  readRange,
  removeThrough,
  type StoredMessage,
  type SubjectState,
  subjectState,
} from './read.ts'
export { readBatches, readSubject } from './read-subject.ts'
export { ensureReader, type ReaderSpec, type ReaderState, readerState, removeReader } from './reader.ts'
export {
  findStored,
  noRoom,
  type StoredAt,
  type StoreOptions,
  StoreRefused,
  storeMessage,
  wrongLastSequence,
} from './store.ts'
export { subjectBytes } from './subject-bytes.ts'
export { type BucketEntry, type BucketWatch, type BucketWatchOptions, watchBucket } from './watch-bucket.ts'
