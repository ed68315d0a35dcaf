import { isHex, isRecord } from '@kez-chat/identity'
import type { NostrEvent } from './event.ts'

const isTag = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((part) => typeof part === 'string')

/** Whether a value, bounded in size already, looks like an event (NIP-01); says nothing of its id and signature. */
export const isEventShape = (value: unknown): value is NostrEvent & { tags: string[][] } =>
  isRecord(value) &&
  isHex(value.id, 32) &&
  isHex(value.pubkey, 32) &&
  isHex(value.sig, 64) &&
  Number.isSafeInteger(value.kind) &&
  Number.isSafeInteger(value.created_at) &&
  typeof value.content === 'string' &&
  Array.isArray(value.tags) &&
  value.tags.every(isTag)
