export { createHomeAck, signNostrAck, verifyHomeAck, verifyNostrAck } from './ack.ts'
export { addressOf } from './address.ts'
export {
  type AckBody,
  type Body,
  type ChunkedFileBody,
  type FileChunkBody,
  type InlineFileBody,
  MAX_CHUNK_BYTES,
  MAX_FILE_BYTES,
  parseBody,
  type TextBody,
  type UnknownBody,
} from './body.ts'
export { MAX_ENVELOPE_BYTES, outerId, parseEnvelope, parseEnvelopeJson, type SealedEnvelope } from './envelope.ts'
export { MessageError, type MessageErrorCode } from './errors.ts'
export { type Clocks, MAX_MAILBOX_AGE_MS, MAX_MESSAGE_AGE_MS, MAX_MESSAGE_LEAD_MS } from './freshness.ts'
export { type BodyJson, createInner, type Draft, type Inner, innerHash } from './inner.ts'
export { type MessagingKey, messagingKeyFromSeed } from './messaging-key.ts'
export { isMigrating } from './migration.ts'
export { type Arrival, type OpenedMessage, open } from './open.ts'
export { paddedSize } from './padding.ts'
export {
  createMemoryReplayStore,
  createReplayGuard,
  type ReplayGuard,
  type ReplayStore,
  type SeenMessage,
} from './replay-guard.ts'
export { seal } from './seal.ts'
export { createAuthorKey, type TransportKey, transportKeyFromSeed } from './transport-key.ts'
export { exchangeKeyOf } from './x25519.ts'
