import { normalizeRelayUrl } from '@kez-chat/messaging/nostr'

/** Most relays of the own list: what the list that others read may hold. */
export const mostRelays = 32

export type AddressProblem = 'empty' | 'malformed' | 'web' | 'credentials' | 'insecure' | 'known' | 'tooMany'

export type Address = { readonly url: string } | { readonly problem: AddressProblem }

const longest = 512

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

const withScheme = (text: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `wss://${text}`)

/**
 * What a person has typed as the address of a relay, in its one spelling. `wss:` may be left out; `ws:` is for this very
 * device, where browsers allow it and nothing leaves it unencrypted.
 */
export const readAddress = (typed: string, list: readonly string[]): Address => {
  const text = typed.trim()
  if (text === '') return { problem: 'empty' }
  if (text.length > longest || !URL.canParse(withScheme(text))) return { problem: 'malformed' }
  const { protocol, username, password, hostname } = new URL(withScheme(text))
  if (protocol === 'http:' || protocol === 'https:') return { problem: 'web' }
  if (protocol !== 'ws:' && protocol !== 'wss:') return { problem: 'malformed' }
  if (username !== '' || password !== '') return { problem: 'credentials' }
  // One word alone is more likely half an address than a name of the own network.
  if (!isLoopback(hostname) && !/[.:]/.test(hostname)) return { problem: 'malformed' }
  if (protocol === 'ws:' && !isLoopback(hostname)) return { problem: 'insecure' }
  return inList(text, list)
}

const inList = (text: string, list: readonly string[]): Address => {
  let url: string
  try {
    url = normalizeRelayUrl(withScheme(text))
  } catch {
    return { problem: 'malformed' }
  }
  if (list.includes(url)) return { problem: 'known' }
  return list.length < mostRelays ? { url } : { problem: 'tooMany' }
}
