import { MessageError } from '../errors.ts'

const MAX_URL_LENGTH = 512
const SPACE_OR_CONTROL = /[\s\p{Cc}\p{Cf}]/u
// No domain that ends so is on the public internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476), .onion needs another way.
const PRIVATE_ENDINGS = ['localhost', 'local', 'internal', 'test', 'invalid', 'example', 'alt', 'onion', 'arpa']
const PRIVATE_NAMES = ['lan', 'home', 'corp', 'intranet', 'private']

const parse = (text: string): URL | undefined => {
  if (text.length > MAX_URL_LENGTH || SPACE_OR_CONTROL.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'wss:' || url.protocol === 'ws:' ? url : undefined
}

/**
 * The one spelling of a relay's URL: scheme and host in lower case, no default port, no fragment, no slash at the end.
 * Path and query stay, for some relays have several services on one host.
 * @throws MessageError `malformed`
 */
export const normalizeRelayUrl = (text: string): string => {
  const url = parse(text)
  if (url === undefined || url.username !== '' || url.password !== '') {
    throw new MessageError('malformed', 'a relay is named by a ws: or wss: URL without credentials')
  }
  const host = url.hostname.replace(/\.$/, '')
  const port = url.port === '' ? '' : `:${url.port}`
  // An empty label is no name; and without the dots behind it `127.1..` would be an address all of a sudden.
  if (host === '' || host.startsWith('.') || host.endsWith('.') || host.includes('..')) {
    throw new MessageError('malformed', 'a relay has a host')
  }
  return `${url.protocol}//${host}${port}${url.pathname.replace(/\/+$/, '')}${url.search}`
}

const isPublicName = (host: string): boolean => {
  const labels = host.split('.')
  const last = labels.at(-1) ?? ''
  if (labels.length < 2 || host.includes('[') || /^\d*$/.test(last)) return false
  return !PRIVATE_ENDINGS.includes(last) && !PRIVATE_NAMES.includes(last)
}

/**
 * Whether a normalised URL may be dialled because somebody else named it: `wss:` on the default port or one above 1023,
 * on a public domain name. Addresses and private names would turn a reader into a probe of its own network.
 */
export const isPublicRelayUrl = (normalized: string): boolean => {
  const url = parse(normalized)
  return url?.protocol === 'wss:' && isPublicName(url.hostname) && (url.port === '' || Number(url.port) > 1_023)
}
