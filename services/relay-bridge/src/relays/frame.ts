/** What a relay says (NIP-01, NIP-42). */
export type Frame =
  | { type: 'EVENT'; subscription: string; event: unknown }
  | { type: 'EOSE'; subscription: string }
  | { type: 'CLOSED'; subscription: string; reason: string }
  | { type: 'OK'; id: string; accepted: boolean; reason: string }
  | { type: 'NOTICE'; reason: string }
  | { type: 'AUTH'; challenge: string }
  /** Of a NIP that is not used here. */
  | { type: 'other' }

const isText = (value: unknown): value is string => typeof value === 'string'

/** Texts of strangers as they may appear in logs and answers. */
export const shortReason = (text: string): string => text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?')

/** Reads a message of a relay whose size is bounded already; undefined when it is none of nostr. */
export const parseFrame = (text: string): Frame | undefined => {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!Array.isArray(message)) return undefined
  const [type, first, second, third]: unknown[] = message
  if (!isText(type)) return undefined
  switch (type) {
    case 'EVENT':
      return isText(first) && message.length === 3 ? { type, subscription: first, event: second } : undefined
    case 'EOSE':
      return isText(first) ? { type, subscription: first } : undefined
    case 'CLOSED':
      return isText(first) ? { type, subscription: first, reason: isText(second) ? second : '' } : undefined
    case 'OK':
      return isText(first) && typeof second === 'boolean'
        ? { type, id: first, accepted: second, reason: isText(third) ? third : '' }
        : undefined
    case 'NOTICE':
      return isText(first) ? { type, reason: first } : undefined
    case 'AUTH':
      return isText(first) ? { type, challenge: first } : undefined
    default:
      return { type: 'other' }
  }
}
