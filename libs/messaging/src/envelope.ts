import {
  type Bytes,
  fromBase64url,
  fromHex,
  hasExactly,
  isHex,
  isRecord,
  jcsBytes,
  parseJson,
  toHex,
} from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'

/** Longest sealed envelope, as JCS, in bytes (protocol §2, `POST /v1/messages`). */
export const MAX_ENVELOPE_BYTES = 256 * 1024

/** A sealed message as it travels (protocol §3). */
export interface SealedEnvelope {
  readonly v: 2
  /** Ephemeral X25519 public key, 64 hex digits. */
  readonly eph: string
  /** AES-GCM nonce, 24 hex digits. */
  readonly nonce: string
  /** AES-GCM ciphertext and tag, base64url. */
  readonly ct: string
}

/**
 * Checks the shape of an envelope that has already been parsed as JSON. Nothing beside the four members is accepted:
 * whatever a carrier could add would change the id of the same message.
 * @throws MessageError `malformed`, `unknown_version`, `too_large`
 */
export const parseEnvelope = (value: unknown): SealedEnvelope => {
  if (!isRecord(value)) throw new MessageError('malformed', 'an envelope is an object')
  const { v, eph, nonce, ct } = value
  if (v !== 2) throw new MessageError('unknown_version', 'expected an envelope of version 2')
  if (!hasExactly(value, ['v', 'eph', 'nonce', 'ct']) || !isHex(eph, 32) || !isHex(nonce, 12)) {
    throw new MessageError('malformed', 'an envelope is { v, eph, nonce, ct }')
  }
  if (typeof ct !== 'string') throw new MessageError('malformed', 'ct is text')
  asMessageErrors(() => {
    if (fromBase64url(ct, MAX_ENVELOPE_BYTES).length < 16 + 256) {
      throw new MessageError('malformed', 'ct is shorter than the shortest message')
    }
    jcsBytes(value, { maxBytes: MAX_ENVELOPE_BYTES })
  })
  return { v: 2, eph, nonce, ct }
}

/**
 * Reads an envelope from JSON text, as a relay event carries it. The size is checked before anything is parsed.
 * @throws MessageError `too_large`, `malformed`, `unknown_version`
 */
export const parseEnvelopeJson = (json: string | Uint8Array): SealedEnvelope =>
  parseEnvelope(asMessageErrors(() => parseJson(json, MAX_ENVELOPE_BYTES)))

/**
 * The id of a sealed message on every route: hex(SHA-256(JCS(envelope))). Takes any JSON, since whoever only carries
 * the envelope does not look into it.
 * @throws MessageError `malformed`, `too_large`
 */
export const outerId = (envelope: unknown): string =>
  toHex(sha256(asMessageErrors(() => jcsBytes(envelope, { maxBytes: MAX_ENVELOPE_BYTES }))))

/** The short members of an envelope as bytes. */
export const envelopeBytes = (envelope: SealedEnvelope): { readonly eph: Bytes; readonly nonce: Bytes } => ({
  eph: fromHex(envelope.eph, 32),
  nonce: fromHex(envelope.nonce, 12),
})
