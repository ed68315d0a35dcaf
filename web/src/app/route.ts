import { type ReadonlySignal, signal } from '@preact/signals-core'

const pages = [
  'create',
  'restore',
  'chats',
  'requests',
  'archived',
  'find',
  'settings',
  'relays',
  'welcome',
  'passphrase',
  'quick-unlock',
  'drill',
  'notifications',
  'me',
  'picture',
  'dashboard',
  'claims',
  'add-claim',
  'invitations',
  'export',
  'import',
] as const

/** Pages of one person, one own claim; their addresses have a folder each. */
const taggedPages = ['person', 'claim'] as const
type Tagged = (typeof taggedPages)[number]
const folders: Readonly<Record<Tagged, string>> = { person: 'people', claim: 'claims' }

export type Route =
  | { readonly name: 'home' | (typeof pages)[number] }
  | { readonly name: Tagged; readonly tag: string }
  /** A conversation, at its message with the number `at` if there is one. */
  | { readonly name: 'chat'; readonly tag: string; readonly at?: number }
  /** An invitation that somebody follows, by the fragment of its link. */
  | { readonly name: 'invite'; readonly link: string }
  /** Search, in one conversation if it is named. What is looked for stands in no address. */
  | { readonly name: 'search'; readonly tag?: string }

/** A number, broken where a message came late. */
const isPlace = (text: string): boolean => /^\d{1,15}(\.\d{1,20})?$/.test(text) && Number(text) > 0

// One character more than an invitation may have, so that a longer one is not taken for a whole one.
const maxInvitation = 513

const isTag = (text: string): boolean => /^[0-9a-f]{32}$/.test(text)

/**
 * Routes live in the fragment: it is the one part of an address that a browser does not send, so the server never
 * learns from a reload whose conversation is open. The tag of a conversation is a keyed hash for the same reason.
 */
export const parseRoute = (fragment: string): Route => {
  if (/^#\/(invite|join)\//.test(fragment)) return { name: 'invite', link: fragment.slice(0, maxInvitation) }
  const [name = '', tag = '', at = ''] = fragment.replace(/^#\/?/, '').split('/')
  if (name === 'chats' && isTag(tag)) return { name: 'chat', tag, ...(isPlace(at) ? { at: Number(at) } : {}) }
  if (name === 'search') return isTag(tag) ? { name, tag } : { name }
  const tagged = taggedPages.find((known) => folders[known] === name)
  if (tagged && isTag(tag)) return { name: tagged, tag }
  if (name === 'claims' && tag === 'add') return { name: 'add-claim' }
  const page = pages.find((known) => known === name)
  return { name: page ?? 'home' }
}

export const linkTo = (route: Route): string => {
  if (route.name === 'home') return '#/'
  if (route.name === 'invite') return route.link
  if (route.name === 'add-claim') return '#/claims/add'
  if (route.name === 'chat') return `#/chats/${route.tag}${route.at === undefined ? '' : `/${route.at}`}`
  if (route.name === 'person' || route.name === 'claim') return `#/${folders[route.name]}/${route.tag}`
  return `#/${route.name}${route.name === 'search' && route.tag !== undefined ? `/${route.tag}` : ''}`
}

const current = signal<Route>({ name: 'home' })

export const route: ReadonlySignal<Route> = current

let before: Route = { name: 'home' }

const enter = (next: Route): void => {
  before = current.peek()
  current.value = next
}

/** The page to go back to, of those that lead here: the one before this one, else the first. */
export const cameFrom = <Name extends Route['name']>(first: Name, ...others: Name[]): Name =>
  others.find((name) => name === before.name) ?? first

export const followAddress = (): void => {
  const read = (): void => enter(parseRoute(window.location.hash))
  window.addEventListener('hashchange', read)
  read()
}

/** Goes to a page; with `replace`, the page left is not one to come back to. */
export const goTo = (next: Route, { replace = false } = {}): void => {
  const url = linkTo(next)
  if (replace) window.history.replaceState(null, '', url)
  else window.history.pushState(null, '', url)
  enter(next)
}
