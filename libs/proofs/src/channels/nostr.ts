import { isNostrPrimary, nostrPublicKeyOf, toHex } from '@kez-chat/identity'
import { isAuthentic, type NostrEvent, readEvent } from '../nostr/event.ts'
import { queryRelays } from '../nostr/query-relays.ts'
import { ProofFailure } from '../result.ts'
import type { Channel, Found } from './channel.ts'

const PROFILE = 0
const NOTE = 1
const APP_DATA = 30_078
const NOTES = 100
/** How many forged versions of one event are looked behind; a relay that lies more is not heard. */
const MAX_FORGED = 16
/** Notes that seem to hold a proof, and whose signatures are therefore verified. */
const MAX_CANDIDATES = 64

const isKezData = ({ kind, tags }: NostrEvent): boolean =>
  kind === APP_DATA && tags.some(([name, value]) => name === 'd' && value === 'kez')

/** Of replaceable events only the newest counts; the lower id among equals (NIP-01). Forged ones are not there. */
const newest = (events: readonly NostrEvent[]): NostrEvent[] => {
  const ordered = events.toSorted((a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1))
  const latest = ordered.slice(0, MAX_FORGED).find(isAuthentic)
  return latest === undefined ? [] : [latest]
}

const aboutOf = (content: string): string => {
  try {
    const profile: unknown = JSON.parse(content)
    const about = typeof profile === 'object' && profile !== null && 'about' in profile ? profile.about : undefined
    return typeof about === 'string' ? about : ''
  } catch {
    return ''
  }
}

const found = ({ id, kind, content }: NostrEvent): Found => ({
  text: kind === PROFILE ? aboutOf(content) : content,
  place: `nostr event ${id}`,
  dedicated: kind === APP_DATA,
})

/** Signed events of the key on the relays: kind 30078 with `d` = `kez`, the `about` of kind 0, notes of kind 1. */
export const nostrChannel: Channel = async function* (npub, { settings, signal }) {
  const primary = `nostr:${npub}`
  if (!isNostrPrimary(primary)) throw new ProofFailure('malformed', `${npub} is no nostr key`)
  const publicKey = toHex(nostrPublicKeyOf(primary))
  const authors = [publicKey]
  const filters = [
    { authors, kinds: [APP_DATA], '#d': ['kez'], limit: 1 },
    { authors, kinds: [PROFILE], limit: 1 },
    { authors, kinds: [NOTE], '#t': ['kez'], limit: NOTES },
    { authors, kinds: [NOTE], limit: NOTES },
  ]
  const within = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)])
  const stored = await queryRelays(settings.relays, filters, within)
  const events = stored.flatMap((value) => readEvent(value, publicKey) ?? [])
  yield* newest(events.filter(isKezData)).map(found)
  yield* newest(events.filter(({ kind }) => kind === PROFILE)).map(found)
  const notes = events.filter(({ kind, content }) => kind === NOTE && content.includes('kez'))
  yield* notes.slice(0, MAX_CANDIDATES).filter(isAuthentic).map(found)
}
