import {
  type Bytes,
  checkSignature,
  fromBase64url,
  fromHex,
  hasExactly,
  isHex,
  isPrimaryId,
  isRecord,
  jcsBytes,
  type PrimaryId,
  publicKeyOf,
} from '@kez-chat/identity'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { type Body, parseBody } from './body.ts'
import { MAX_ENVELOPE_BYTES, outerId } from './envelope.ts'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'
import type { MessagingKey } from './messaging-key.ts'
import { isMigrating } from './migration.ts'
import { exchangeKeyOf } from './x25519.ts'

const LABEL = 'kez-chat-msg-v1'

/** A message of an old client that passed every check but the replay guard's. It tells neither its time nor its id. */
export interface OpenedV1 {
  readonly from: PrimaryId
  /** The first 16 bytes of the hash of its envelope, hex: what the replay guard goes by. */
  readonly innerId: string
  readonly body: Body
  readonly outerId: string
  /** Until when the replay guard has to remember it: the end of the migration, unix milliseconds. */
  readonly until: number
}

/** When an envelope of version 1 is opened, and until when such are. */
export interface V1Window {
  /** Unix milliseconds. */
  readonly now: number
  /** `migration_until`, RFC 3339; unset = closed. */
  readonly migrationUntil?: string
}

const decrypt = async (ct: Bytes, nonce: Bytes, shared: Uint8Array): Promise<ArrayBuffer> => {
  const raw = Uint8Array.from(hkdf(sha256, shared, nonce, new TextEncoder().encode(LABEL), 32))
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
  try {
    return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, tagLength: 128 }, key, ct)
  } catch (cause) {
    throw new MessageError('undecryptable', 'not sealed for this key, or altered on the way', { cause })
  }
}

const decode = (plaintext: ArrayBuffer): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
    if (!text.includes('\0')) return text
  } catch {}
  throw new MessageError('malformed', 'the plaintext is not text')
}

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readBody = (text: string): Body => {
  const value = asJson(text)
  if (!isRecord(value) || typeof value.type !== 'string') return { type: 'text', text }
  asMessageErrors(() => jcsBytes(value, { maxBytes: MAX_ENVELOPE_BYTES }))
  const body = parseBody(value)
  // It has neither a time nor an id of its own to judge by what it would change.
  return body.type === 'text' ? { type: 'text', text: body.text } : body
}

const parse = (value: unknown) => {
  if (!isRecord(value)) throw new MessageError('malformed', 'an envelope is an object')
  if (value.v !== 1) throw new MessageError('unknown_version', 'expected an envelope of version 1')
  const { from, to, nonce, ct, sig } = value
  const sound = hasExactly(value, ['v', 'from', 'to', 'nonce', 'ct', 'sig']) && isHex(nonce, 12) && isHex(sig, 64)
  if (!sound || typeof ct !== 'string' || !isPrimaryId(from) || !isPrimaryId(to)) {
    throw new MessageError('malformed', 'an envelope of version 1 is { v, from, to, nonce, ct, sig }')
  }
  return { from, to, nonce, ct, sig }
}

/**
 * Opens an envelope of version 1 (protocol §3), which nobody makes any more and which counts before `migration_until`
 * alone. Its plaintext is the JSON of a body, or else plain text. It has no time: what carried it is judged instead, so
 * give `innerId` and `until` to the replay guard.
 * @param value the envelope, parsed as JSON
 * @throws MessageError `migration_over`, and any code that `open` has of bad input
 */
export const openV1 = async (value: unknown, key: MessagingKey, window: V1Window): Promise<OpenedV1> => {
  const { from, to, nonce, ct, sig } = parse(value)
  const { migrationUntil, now } = window
  if (migrationUntil === undefined || !isMigrating(migrationUntil, now)) {
    throw new MessageError('migration_over', 'envelopes of version 1 are not opened any more')
  }
  if (to !== key.primary) throw new MessageError('wrong_recipient', 'for somebody else')
  const signed = { v: 1, from, to, nonce, ct }
  const bytes = asMessageErrors(() => jcsBytes(signed, { maxBytes: MAX_ENVELOPE_BYTES }))
  asMessageErrors(() => checkSignature(sig, bytes, from))
  const sealed = asMessageErrors(() => fromBase64url(ct, MAX_ENVELOPE_BYTES))
  const plaintext = await decrypt(sealed, fromHex(nonce, 12), key.agree(exchangeKeyOf(publicKeyOf(from))))
  const id = outerId(value)
  return {
    from,
    innerId: id.slice(0, 32),
    body: readBody(decode(plaintext)),
    outerId: id,
    until: Date.parse(migrationUntil),
  }
}
