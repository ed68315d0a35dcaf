export {
  type AckStanding,
  type AwaitedHomeAck,
  checkHomeAck,
  createHomeAck,
  signNostrAck,
  verifyHomeAck,
  verifyNostrAck,
} from './ack.ts'
export { type AckLedger, type AckRoute, createAckLedger } from './ack-ledger.ts'
export { addressOf } from './address.ts'
export {
  type AckBody,
  type Body,
  type ChunkedFileBody,
  type FileChunkBody,
  type InlineFileBody,
  isContent,
  isQuiet,
  MAX_CHUNK_BYTES,
  MAX_FILE_BYTES,
  parseBody,
  type UnknownBody,
  type VisualKeyBody,
} from './body.ts'
export {
  type Change,
  type Changeable,
  type Changes,
  changeOf,
  DELETE_WINDOW_MS,
  EDIT_WINDOW_MS,
  type GivenReaction,
  isLater,
  mayChange,
  noChanges,
  type Stamp,
  type Version,
  withChange,
} from './changes.ts'
export { isEmoji } from './emoji.ts'
export { MAX_ENVELOPE_BYTES, outerId, parseEnvelope, parseEnvelopeJson, type SealedEnvelope } from './envelope.ts'
export { MessageError, type MessageErrorCode } from './errors.ts'
export { expiryOf } from './expiry.ts'
export {
  CHUNK_INTERVAL_MS,
  createFileBody,
  type FileDraft,
  fileChunk,
  type OutgoingFile,
} from './files/create-file.ts'
export {
  createFileAssembly,
  type FileAssembly,
  type FileLimits,
  type FileProgress,
} from './files/file-assembly.ts'
export {
  createMemoryFileStore,
  type FileKey,
  type FileRecord,
  type FileStore,
  type StoredFile,
} from './files/file-store.ts'
export {
  acceptableUntil,
  type Clocks,
  MAX_MAILBOX_AGE_MS,
  MAX_MESSAGE_AGE_MS,
  MAX_MESSAGE_LEAD_MS,
  RESEND_AFTER_MS,
} from './freshness.ts'
export { type BodyJson, createInner, type Draft, type Inner, innerHash } from './inner.ts'
export { type MessagingKey, messagingKeyFromSeed } from './messaging-key.ts'
export { isMigrating } from './migration.ts'
export { type Arrival, type OpenedMessage, open } from './open.ts'
export { type OpenedV1, openV1, type V1Window } from './open-v1.ts'
export { paddedSize } from './padding.ts'
export { deleteBody, editBody, reactBody, timerBody } from './quiet-bodies.ts'
export {
  createMemoryReplayStore,
  createReplayGuard,
  type ReplayGuard,
  type ReplayStore,
  type SeenMessage,
} from './replay-guard.ts'
export { seal } from './seal.ts'
export { createSeenEvents, SEEN_EVENTS, type SeenEvents, type SeenEventsStore } from './seen-events.ts'
export { MAX_TTL_S, type MessageRef, type Reaction, type TextBody } from './text-body.ts'
export {
  createThreadLinks,
  type Gap,
  type LinkChange,
  type ThreadLinks,
  type ThreadLinksState,
} from './thread-links.ts'
export { createAuthorKey, type TransportKey, transportKeyFromSeed } from './transport-key.ts'
export { exchangeKeyOf } from './x25519.ts'
