import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Filter } from 'nostr-tools/filter'

/** Longest frame that is parsed, in UTF-16 units: the largest event of ours is 64 KiB, but a relay may escape more. */
export const MAX_FRAME_LENGTH = 128 * 1024

/** What a relay says (NIP-01, NIP-42). The event is not checked yet. */
export type Frame =
  | { readonly type: 'EVENT'; readonly subscription: string; readonly event: unknown }
  | { readonly type: 'OK'; readonly id: string; readonly accepted: boolean; readonly message: string }
  | { readonly type: 'EOSE'; readonly subscription: string }
  | { readonly type: 'CLOSED'; readonly subscription: string; readonly message: string }
  | { readonly type: 'NOTICE'; readonly message: string }
  | { readonly type: 'AUTH'; readonly challenge: string }

const MAX_PROSE = 300
const prose = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_PROSE) : '')

const parseArray = (text: string): unknown[] | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Reads one frame; undefined for what is no message of a relay. The caller has checked the length. */
export const parseFrame = (text: string): Frame | undefined => {
  const [type, first, second, third] = parseArray(text) ?? []
  if (typeof first !== 'string') return undefined
  switch (type) {
    case 'EVENT':
      return { type, subscription: first, event: second }
    case 'OK':
      return typeof second === 'boolean' ? { type, id: first, accepted: second, message: prose(third) } : undefined
    case 'EOSE':
      return { type, subscription: first }
    case 'CLOSED':
      return { type, subscription: first, message: prose(second) }
    case 'NOTICE':
      return { type, message: prose(first) }
    case 'AUTH':
      return first.length <= 1024 ? { type, challenge: first } : undefined
    default:
      return undefined
  }
}

/** What a client says (NIP-01, NIP-42), as text. */
export const clientFrame = {
  event: (event: NostrEvent): string => JSON.stringify(['EVENT', event]),
  req: (subscription: string, filters: readonly Filter[]): string => JSON.stringify(['REQ', subscription, ...filters]),
  close: (subscription: string): string => JSON.stringify(['CLOSE', subscription]),
  auth: (event: NostrEvent): string => JSON.stringify(['AUTH', event]),
}

/** Whether a refusal asks the client to authenticate first (NIP-42). */
export const asksForAuth = (message: string): boolean => message.startsWith('auth-required:')
