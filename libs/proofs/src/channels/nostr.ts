import { type NostrEvent, readEvent } from '../nostr/event.ts'
import { queryRelays } from '../nostr/query-relays.ts'
import type { Channel, Found } from './channel.ts'

const PROFILE = 0
const NOTE = 1
const APP_DATA = 30_078
const NOTES = 100

const isKezData = ({ kind, tags }: NostrEvent): boolean =>
  kind === APP_DATA && tags.some(([name, value]) => name === 'd' && value === 'kez')

/** Of replaceable events only the newest counts; the lower id among equals (NIP-01). */
const newest = (events: readonly NostrEvent[]): NostrEvent[] =>
  events.toSorted((a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1)).slice(0, 1)

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
export const nostrChannel = (publicKey: string): Channel =>
  async function* (_npub, { settings, signal }) {
    const authors = [publicKey]
    const filters = [
      { authors, kinds: [APP_DATA], '#d': ['kez'], limit: 1 },
      { authors, kinds: [PROFILE], limit: 1 },
      { authors, kinds: [NOTE], '#t': ['kez'], limit: NOTES },
      { authors, kinds: [NOTE], limit: NOTES },
    ]
    const within = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)])
    const stored = await queryRelays(settings.relays, filters, within)
    const byId = new Map<string, NostrEvent>()
    for (const value of stored) {
      const event = readEvent(value, publicKey)
      if (event) byId.set(event.id, event)
    }
    const events = [...byId.values()]
    yield* newest(events.filter(isKezData)).map(found)
    yield* newest(events.filter(({ kind }) => kind === PROFILE)).map(found)
    yield* events.filter(({ kind }) => kind === NOTE).map(found)
  }
