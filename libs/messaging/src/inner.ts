import {
  type Bytes,
  concat,
  formatTimestamp,
  isHex,
  isPrimaryId,
  isRecord,
  type JsonRecord,
  jcsBytes,
  type PrimaryId,
  parseFullHandle,
  parseTimestamp,
  type Random,
  randomBytes,
  toHex,
} from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Body, UnknownBody } from './body.ts'
import { MAX_ENVELOPE_BYTES } from './envelope.ts'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'

/** A body as JSON: its `type` and whatever goes with it; `parseBody` reads it. */
export type BodyJson = JsonRecord & { readonly type: string }

/** The signed inside of a message (protocol §3). Members this version does not know are kept, for they are signed. */
export interface Inner {
  readonly v: 2
  /** 16 random bytes as hex: one per logical message, whatever the transport. */
  readonly id: string
  readonly from: PrimaryId
  /** `handle@server`, a claim to be confirmed by a lookup before it is shown. */
  readonly from_handle: string
  readonly to: PrimaryId
  /** RFC 3339, UTC. */
  readonly sent_at: string
  readonly body: BodyJson
  /** The nostr public keys (hex) that may carry it; 1 to 16. */
  readonly authors?: readonly string[]
  /** `sha256:` and the hash of the sender's previous inner in this conversation. */
  readonly prev?: string
}

const MAX_AUTHORS = 16
const PREV = /^sha256:[0-9a-f]{64}$/

const malformed = (what: string): MessageError => new MessageError('malformed', what)

const isBody = (value: unknown): value is BodyJson => isRecord(value) && typeof value.type === 'string'

const isAuthors = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.length <= MAX_AUTHORS && value.every((author) => isHex(author, 32))

/**
 * Reads the inside of an opened message.
 * @throws MessageError `malformed`, `unknown_version`
 */
export const parseInner = (value: unknown): Inner => {
  if (!isRecord(value)) throw malformed('inner is not an object')
  const { v, id, from, from_handle: fromHandle, to, sent_at: sentAt, body, authors, prev } = value
  if (v !== 2) throw new MessageError('unknown_version', 'expected an inner of version 2')
  if (!isHex(id, 16)) throw malformed('id is 16 bytes as hex')
  if (!isPrimaryId(from) || !isPrimaryId(to)) throw malformed('from and to are primaries')
  if (typeof fromHandle !== 'string') throw malformed('from_handle is handle@server')
  if (typeof sentAt !== 'string') throw malformed('sent_at is a time')
  asMessageErrors(() => {
    parseFullHandle(fromHandle)
    parseTimestamp(sentAt)
  })
  if (!isBody(body)) throw malformed('body is an object with a type')
  if (authors !== undefined && !isAuthors(authors)) throw malformed('authors are 1 to 16 nostr public keys as hex')
  if (prev !== undefined && !(typeof prev === 'string' && PREV.test(prev))) throw malformed('prev is sha256: and hex')
  return {
    ...value,
    ...{ v, id, from, from_handle: fromHandle, to, sent_at: sentAt, body },
    ...(authors === undefined ? {} : { authors }),
    ...(prev === undefined ? {} : { prev }),
  }
}

/** What one wants to say. */
export interface Draft {
  readonly from: PrimaryId
  /** `handle@server` of the sender. */
  readonly fromHandle: string
  readonly to: PrimaryId
  readonly body: BodyJson | Exclude<Body, UnknownBody>
  /** Unix milliseconds. */
  readonly sentAt: number
  readonly authors?: readonly string[]
  readonly prev?: string
}

/**
 * The inside of a new message, with an id of its own. It stays the same however often the message is sealed or sent.
 * @throws MessageError `malformed`
 */
export const createInner = (draft: Draft, random: Random = randomBytes): Inner =>
  parseInner({
    v: 2,
    id: toHex(random(16)),
    from: draft.from,
    from_handle: draft.fromHandle,
    to: draft.to,
    sent_at: formatTimestamp(draft.sentAt),
    body: draft.body,
    ...(draft.authors === undefined ? {} : { authors: draft.authors }),
    ...(draft.prev === undefined ? {} : { prev: draft.prev }),
  })

/**
 * How the next message of the same sender in this conversation names this one in `prev`: `sha256:` and
 * hex(SHA-256(JCS(inner))).
 * @throws MessageError `malformed`, `too_large`
 */
export const innerHash = (inner: Inner): string =>
  `sha256:${toHex(sha256(asMessageErrors(() => jcsBytes(inner, { maxBytes: MAX_ENVELOPE_BYTES }))))}`

/** The bytes that `sig` beside an inner covers: `"kez-chat-msg-v2\n" ‖ JCS(inner)`. */
export const signedBytes = (inner: unknown): Bytes =>
  asMessageErrors(() => concat('kez-chat-msg-v2\n', jcsBytes(inner, { maxBytes: MAX_ENVELOPE_BYTES })))
