import { isHex, isRecord } from '@kez-chat/identity'
import type { NostrEvent } from 'nostr-tools/core'

const MOST_TAGS = 2_000

const isTag = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= MOST_TAGS && value.every((part) => typeof part === 'string')

/** Whether a value looks like an event; says nothing of its id and signature. */
export const isEventShape = (value: unknown): value is NostrEvent =>
  isRecord(value) &&
  isHex(value.id, 32) &&
  isHex(value.pubkey, 32) &&
  isHex(value.sig, 64) &&
  Number.isSafeInteger(value.kind) &&
  Number.isSafeInteger(value.created_at) &&
  typeof value.content === 'string' &&
  Array.isArray(value.tags) &&
  value.tags.length <= MOST_TAGS &&
  value.tags.every(isTag)
