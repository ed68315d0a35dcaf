export { verifyEd25519 } from '#ed25519'
export { algorithmOf, checkSignature, ED25519_ALGORITHM, NOSTR_ALGORITHM } from './algorithm.ts'
export { type AnyPrimary, isAnyPrimary, normaliseAnyPrimary, parseAnyPrimary } from './any-primary.ts'
export { fromBase64url, toBase64url } from './base64url.ts'
export { type Bytes, concat, equalBytes, type Random, randomBytes, utf8 } from './bytes.ts'
export { activeSubjects, type Chain, recordSubject, type SubjectState, validateChain } from './chain.ts'
export { type Appended, type SigchainEvent, type SigchainEventPayload, validateAppend } from './chain-append.ts'
export type { ChainChange } from './chain-change.ts'
export { createEvent, type NewChange } from './chain-create.ts'
export { type ChainEvent, type ChainHead, type ChainStatus, emptyChain } from './chain-head.ts'
export {
  CLOCK_SKEW_MS,
  type Claim,
  type ClaimPayload,
  createClaim,
  readClaim,
  type VerifiedClaim,
  verifyClaim,
} from './claim.ts'
export { type ClaimEncoding, claimEncodingOf, encodeClaim } from './claim-text.ts'
export { MAX_PROOF_BYTES } from './compact.ts'
export { checkPublicKey, isCanonicalAndLarge, isSoundPublicKey } from './ed25519-key.ts'
export {
  encodeCompact,
  encodeCompactChain,
  encodeDnsTxt,
  encodeJson,
  encodeJsonl,
  encodeMarkdown,
  formatTxtRecord,
} from './encode-proof.ts'
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
export { formatIdentifier, type Identifier, normaliseIdentifier, parseIdentifier } from './identifier.ts'
export { areIndependent, INDEPENDENT_PROOFS } from './independent-proofs.ts'
export {
  INVITATION_BYTES,
  type InviteHash,
  invitationToken,
  inviteCodeOf,
  inviteHash,
  inviterCheck,
  newInvitationSecret,
} from './invitation.ts'
export {
  type CodeInvitation,
  type Invitation,
  type InvitationLink,
  invitationFragment,
  invitationLink,
  MAX_INVITATION_CHARS,
  type PersonInvitation,
  parseInvitation,
  readInvitationLink,
} from './invitation-link.ts'
export { JCS_MAX_DEPTH, type JcsLimits, jcs, jcsBytes } from './jcs.ts'
export { parseJson } from './json.ts'
export { LruCache } from './lru-cache.ts'
export { createNatsToken, type NatsLogin, verifyNatsToken } from './nats-login.ts'
export {
  formatNsec,
  isNostrPrimary,
  type NostrPrimary,
  nostrPrimaryOf,
  nostrPublicKeyOf,
  parseNsec,
} from './nostr-primary.ts'
export { nostrSigningKey } from './nostr-signing-key.ts'
export { type FoundProofs, findProofs, type ProofSource, parseProof } from './parse-proof.ts'
export {
  isPrimaryId,
  normalisePrimary,
  type PrimaryId,
  parsePrimary,
  primaryHex,
  primaryOf,
  publicKeyOf,
} from './primary-id.ts'
export type { Proof } from './proof-document.ts'
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
  acceptRotation,
  type RotationAcceptance,
  type RotationAcceptancePayload,
  type RotationPoint,
  verifyAcceptance,
} from './rotation.ts'
export {
  type DocumentKind,
  envelopeHash,
  MAX_SIGNED_BYTES,
  type SignedEnvelope,
  type SignedPayload,
  signEnvelope,
  verifyEnvelope,
} from './signed-envelope.ts'
export { type Signer, type SigningKey, signingKeyFromSeed } from './signing-key.ts'
export { formatTimestamp, parseTimestamp } from './timestamp.ts'
export { createTransportBinding, type TransportBinding, verifyTransportBinding } from './transport-binding.ts'
