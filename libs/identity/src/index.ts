export { verifyEd25519 } from '#ed25519'
export { fromBase64url, toBase64url } from './base64url.ts'
export { type Bytes, concat, equalBytes, type Random, randomBytes, utf8 } from './bytes.ts'
export { checkPublicKey, isSoundPublicKey } from './ed25519-key.ts'
export { IdentityError, type IdentityErrorCode, type IdentityErrorDetails } from './errors.ts'
export {
  type FullHandle,
  formatFullHandle,
  type Handle,
  isHandle,
  isServerName,
  normaliseFullHandle,
  parseFullHandle,
  parseHandle,
  parseNewHandle,
} from './handle.ts'
export { fromHex, isHex, toHex } from './hex.ts'
export { type Identifier, normaliseIdentifier, parseIdentifier } from './identifier.ts'
export { JCS_MAX_DEPTH, type JcsLimits, jcs, jcsBytes } from './jcs.ts'
export { parseJson } from './json.ts'
export { createNatsToken, type NatsLogin, verifyNatsToken } from './nats-login.ts'
export {
  isPrimaryId,
  normalisePrimary,
  type PrimaryId,
  parsePrimary,
  primaryHex,
  primaryOf,
  publicKeyOf,
} from './primary-id.ts'
export { hasExactly, isRecord, type JsonRecord } from './record.ts'
export { newPhrase, PHRASE_WORDS, phraseToSeed, seedToPhrase } from './recovery-phrase.ts'
export {
  createRegistration,
  REGISTRATION_SKEW_MS,
  type Registration,
  type RegistrationPayload,
  type RegistrationRules,
  type VerifiedRegistration,
  verifyRegistration,
} from './registration.ts'
export {
  AUTH_HEADER,
  AUTH_SKEW_SECONDS,
  parseAuthHeader,
  type RequestAuth,
  signRequest,
  verifyRequest,
} from './request-auth.ts'
export {
  type AuthText,
  inboxAuthText,
  mutationAuthText,
  pushAuthText,
  type SignedRequest,
  streamAuthText,
} from './request-text.ts'
export { RESERVED_HANDLES } from './reserved-handles.ts'
export {
  checkSignature,
  type DocumentKind,
  ED25519_ALGORITHM,
  envelopeHash,
  MAX_SIGNED_BYTES,
  type SignedEnvelope,
  type SignedPayload,
  signEnvelope,
  verifyEnvelope,
} from './signed-envelope.ts'
export { type SigningKey, signingKeyFromSeed } from './signing-key.ts'
export { formatTimestamp, parseTimestamp } from './timestamp.ts'
export { createTransportBinding, type TransportBinding, verifyTransportBinding } from './transport-binding.ts'
