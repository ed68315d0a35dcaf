import { normalDomain, normalHost } from './domain-name.ts'
import { fromHex, isHex } from './hex.ts'
import { isNostrPrimary, nostrPrimaryOf } from './nostr-primary.ts'

/** How the values of one system are spelled. */
interface System {
  /** Completes the sentence `a <system>: identifier is …`. */
  readonly grammar: string
  /** The one spelling of `value`, or undefined when it is none of this system's. */
  readonly normal: (value: string) => string | undefined
}

const when = (holds: boolean, value: string): string | undefined => (holds ? value : undefined)

const GITHUB = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/
const AP_USER = /^[a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?$/
const DID_PLC = /^did:plc:[a-z2-7]{24}$/
const DID_WEB = 'did:web:'

const github = (value: string): string | undefined => {
  const name = value.toLowerCase()
  return when(GITHUB.test(name), name)
}

const nostr = (value: string): string | undefined => {
  const key = value.toLowerCase()
  const npub = isHex(key, 32) ? nostrPrimaryOf(fromHex(key, 32)).slice('nostr:'.length) : key
  return when(isNostrPrimary(`nostr:${npub}`), npub)
}

const ed25519 = (value: string): string | undefined => {
  const key = value.toLowerCase()
  return when(isHex(key, 32), key)
}

const web = (value: string): string | undefined => normalHost(value.replace(/^https:\/\//i, '').replace(/\/$/, ''))

const bluesky = (value: string): string | undefined => {
  if (DID_PLC.test(value)) return value
  if (!value.startsWith(DID_WEB)) return normalDomain(value.replace(/^@/, ''))
  const domain = normalDomain(value.slice(DID_WEB.length))
  return domain === undefined ? undefined : DID_WEB + domain
}

const ap = (value: string): string | undefined => {
  const [user = '', server = '', ...rest] = value.replace(/^@/, '').split('@')
  const host = normalHost(server)
  const name = user.toLowerCase()
  return rest.length === 0 && host !== undefined ? when(AP_USER.test(name), `@${name}@${host}`) : undefined
}

/** The systems whose values this library knows; values of others are carried as they are. */
export const SYSTEMS: ReadonlyMap<string, System> = new Map([
  ['ed25519', { normal: ed25519, grammar: 'a public key of 64 hex digits' }],
  ['nostr', { normal: nostr, grammar: 'an npub (its checksum right) or a public key of 64 hex digits' }],
  ['github', { normal: github, grammar: 'a user name of at most 39 letters, digits and single hyphens' }],
  ['dns', { normal: normalDomain, grammar: 'a domain name such as example.org' }],
  ['web', { normal: web, grammar: 'a whole https site such as example.org, without a path' }],
  ['bluesky', { normal: bluesky, grammar: 'a handle such as alice.bsky.social, a did:plc or a did:web' }],
  ['ap', { normal: ap, grammar: 'an account such as @alice@example.org' }],
])
