import { isHex, isRecord, parseJson, utf8 } from '@kez-chat/identity'
import { MessageError } from '../errors.ts'
import { asMessageErrors } from '../identity-errors.ts'

/** Longest event, as JSON, in bytes: what public relays take. */
export const MAX_EVENT_BYTES = 64 * 1024
const MAX_TAGS = 512
const MAX_TAG_ITEMS = 16
const MAX_TAG_ITEM_LENGTH = 1_024
const MAX_CREATED_AT = 2 ** 32 - 1

/** A tag: its name, its value, and what else it says. */
export type NostrTag = readonly string[]

/** A nostr event of sound shape (NIP-01); `verifyNostrEvent` tells whether it is what it claims to be. */
export interface NostrEvent {
  /** 64 hex digits. */
  readonly id: string
  /** x-only public key of the author, 64 hex digits. */
  readonly pubkey: string
  /** Unix seconds. */
  readonly created_at: number
  readonly kind: number
  readonly tags: readonly NostrTag[]
  readonly content: string
  /** BIP-340 signature over `id`, 128 hex digits. */
  readonly sig: string
}

const malformed = (what: string): MessageError => new MessageError('malformed', what)

const isNumber = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max

// What has no one spelling as UTF-8, or no place in storage, has no one hash either.
const text = (value: unknown, maxLength: number, what: string): string => {
  if (typeof value !== 'string') throw malformed(`${what} is not text`)
  if (value.length > maxLength) throw new MessageError('too_large', `${what} is too long`)
  if (!value.isWellFormed() || value.includes('\0')) throw malformed(`${what} has a lone surrogate or U+0000`)
  return value
}

const parseTag = (value: unknown, maxLength: number): NostrTag => {
  if (!Array.isArray(value) || value.length === 0) throw malformed('a tag is a list of text')
  if (value.length > MAX_TAG_ITEMS) throw new MessageError('too_large', `a tag has more than ${MAX_TAG_ITEMS} items`)
  return Array.from(value, (item: unknown) => text(item, maxLength, 'a tag'))
}

const parseTags = (value: unknown, maxBytes: number): NostrTag[] => {
  if (!Array.isArray(value)) throw malformed('tags is not a list')
  if (value.length > MAX_TAGS) throw new MessageError('too_large', `more than ${MAX_TAGS} tags`)
  let left = maxBytes
  return Array.from(value, (item: unknown) => {
    const tag = parseTag(item, Math.min(left, MAX_TAG_ITEM_LENGTH))
    left -= tag.reduce((total, part) => total + part.length, 0)
    if (left < 0) throw new MessageError('too_large', 'the tags are too long')
    return tag
  })
}

/**
 * Checks the shape of an event; what relays add beside the seven members is dropped. Neither its id nor its signature
 * is looked at.
 * @param input JSON text, or the event as parsed from JSON that the caller has bounded
 * @param maxBytes of JSON text all its bytes, of a value the characters of its content and tags together
 * @throws MessageError `too_large`, `malformed`
 */
export const parseNostrEvent = (input: unknown, maxBytes: number = MAX_EVENT_BYTES): NostrEvent => {
  const isText = typeof input === 'string' || input instanceof Uint8Array
  const value = isText ? asMessageErrors(() => parseJson(input, maxBytes)) : input
  if (!isRecord(value)) throw malformed('an event is an object')
  const { id, pubkey, created_at: createdAt, kind, sig } = value
  if (!isHex(id, 32) || !isHex(pubkey, 32) || !isHex(sig, 64)) throw malformed('id, pubkey and sig are hex')
  if (!isNumber(createdAt, MAX_CREATED_AT)) throw malformed('created_at is not a time in unix seconds')
  if (!isNumber(kind, 65_535)) throw malformed('kind is not a number from 0 to 65535')
  const content = text(value.content, maxBytes, 'content')
  return {
    id,
    pubkey,
    created_at: createdAt,
    kind,
    tags: parseTags(value.tags, maxBytes - content.length),
    content,
    sig,
  }
}

/** How long an event is as JSON, in bytes. */
export const eventBytes = (event: NostrEvent): number => utf8(JSON.stringify(event)).length
