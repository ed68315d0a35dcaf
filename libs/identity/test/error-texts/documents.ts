import { nostrPrimaryOf, readClaim, signEnvelope, verifyEnvelope } from '../../src/index.ts'
import { base, claim, key, newKey } from './fixtures.ts'
import type { Refusal } from './refusal.ts'

const KIND = { kez: 'claim', type: 'kez.claim', version: 1 }
const claimFields = { ...base, type: 'kez.claim', subject: 'github:alice' }
const envelope = (fields: object, signature: object = {}) => ({
  ...claim,
  payload: { ...claim.payload, ...fields },
  signature: { ...claim.signature, ...signature },
})
const weak = `ed25519:${'00'.repeat(32)}`
const offCurve = nostrPrimaryOf(new Uint8Array(32).fill(0xff))

/** Signed documents. */
export const documentsRefusals: readonly Refusal[] = [
  [() => verifyEnvelope({}, KIND), 'malformed', 'an envelope is { kez, payload, signature }'],
  [() => verifyEnvelope({ ...claim, payload: 1 }, KIND), 'malformed', 'payload is not an object'],
  [() => verifyEnvelope({ ...claim, signature: {} }, KIND), 'malformed', 'signature is { alg, key, sig }'],
  [() => verifyEnvelope(claim, { ...KIND, kez: 'x' }), 'wrong_type', 'expected an envelope tagged x'],
  [() => verifyEnvelope(claim, { ...KIND, type: 'x' }), 'wrong_type', 'expected a payload of type x'],
  [() => verifyEnvelope(claim, { ...KIND, version: 2 }), 'unknown_version', 'expected version 2'],
  [
    () => verifyEnvelope(envelope({}, { key: 1 }), KIND),
    'malformed',
    'signature.key and payload.primary are identifiers',
  ],
  [
    () => verifyEnvelope(envelope({}, { key: newKey.primary }), KIND),
    'key_mismatch',
    'signature.key is not payload.primary',
  ],
  [
    () => verifyEnvelope(envelope({}, { alg: 'x' }), KIND),
    'unsupported_algorithm',
    'only ed25519-sha512-jcs by an ed25519 primary is accepted',
  ],
  [
    () => verifyEnvelope(envelope({ primary: 'ed25519:0' }, { key: 'ed25519:0' }), KIND),
    'malformed',
    'a primary is ed25519: and 64 lower-case hex digits',
  ],
  [() => verifyEnvelope(envelope({}, { sig: '00' }), KIND), 'malformed', 'signature.sig is 128 lower-case hex digits'],
  [() => verifyEnvelope(envelope({ x: 1 }), KIND), 'invalid_signature', 'the signature does not match'],
  [
    () => verifyEnvelope(envelope({ primary: weak }, { key: weak }), KIND),
    'weak_key',
    'the signing key is not a sound Ed25519 key',
  ],
  [
    () => readClaim(envelope({ primary: 'rsa:0' }, { key: 'rsa:0' })),
    'unsupported_algorithm',
    'only ed25519 and nostr primaries are accepted',
  ],
  [
    () => readClaim(envelope({ primary: 'nostr:0' }, { key: 'nostr:0' })),
    'malformed',
    'a primary is ed25519: and 64 lower-case hex digits, or nostr: and an npub',
  ],
  [
    () => readClaim(envelope({}, { alg: 'x' })),
    'unsupported_algorithm',
    'this primary signs with ed25519-sha512-jcs only',
  ],
  [
    () => readClaim(envelope({ primary: offCurve }, { key: offCurve, alg: 'nostr-secp256k1-schnorr-sha256-jcs' })),
    'weak_key',
    'the signing key is not on the curve secp256k1',
  ],
  [
    () => signEnvelope('claim', { ...claimFields, primary: newKey.primary }, key),
    'key_mismatch',
    'the payload names another primary',
  ],
]
