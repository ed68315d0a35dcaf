/** What a relay says (NIP-01, NIP-42). An event in it is not checked yet. */
export type RelayFrame =
  | { readonly type: 'EVENT'; readonly subscription: string; readonly event: unknown }
  | { readonly type: 'OK'; readonly id: string; readonly accepted: boolean; readonly message: string }
  | { readonly type: 'EOSE'; readonly subscription: string }
  | { readonly type: 'CLOSED'; readonly subscription: string; readonly message: string }
  | { readonly type: 'NOTICE'; readonly message: string }
  | { readonly type: 'AUTH'; readonly challenge: string }
  /** Of a NIP that is not used here. */
  | { readonly type: 'other' }

const MAX_PROSE = 300
const MAX_CHALLENGE = 1_024
const prose = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_PROSE) : '')

const parseArray = (text: string): unknown[] | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Reads one frame whose length the caller has bounded; undefined for what is none of nostr. Prose is cut to 300 characters. */
export const parseRelayFrame = (text: string): RelayFrame | undefined => {
  const [type, first, second, third] = parseArray(text) ?? []
  if (typeof type !== 'string' || typeof first !== 'string') return undefined
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
      return first.length <= MAX_CHALLENGE ? { type, challenge: first } : undefined
    default:
      return { type: 'other' }
  }
}
