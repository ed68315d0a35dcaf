import {
  type Event,
  EventRepository,
  EventType,
  EventUtils,
  type Filter,
  schnorrSign,
  sha256,
} from '@nostr-relay/common'

export type NostrEventDraft = {
  readonly kind: number
  readonly content: string
  readonly tags?: readonly (readonly string[])[]
  /** Unix seconds. */
  readonly createdAt?: number
}
export type SignedNostrEvent = Event

/** Signs an event (NIP-01) with a 32-byte secret whose x-only public key is `pubkey`; both are hex. */
export const signNostrEvent = (secret: string, pubkey: string, draft: NostrEventDraft): SignedNostrEvent => {
  const { kind, content, tags = [], createdAt = Math.floor(Date.now() / 1000) } = draft
  const id = sha256([0, pubkey, createdAt, kind, tags, content])
  const copied = tags.map((tag) => [...tag])
  return { id, pubkey, created_at: createdAt, kind, tags: copied.map(asTag), content, sig: schnorrSign(id, secret) }
}

const asTag = ([name = '', ...values]: string[]): [string, ...string[]] => [name, ...values]

const identityOf = (event: Event): string => {
  const type = EventUtils.getType(event.kind)
  if (type === EventType.REPLACEABLE) return `${event.kind}:${event.pubkey}`
  if (type !== EventType.PARAMETERIZED_REPLACEABLE) return event.id
  return `${event.kind}:${event.pubkey}:${EventUtils.extractDTagValue(event) ?? ''}`
}

/** Tag conditions (`#d`, `#t`, …), which the library leaves to its storage. */
const matchesTags = (event: Event, filter: Filter): boolean =>
  Object.entries(filter).every(
    ([key, wanted]) =>
      !key.startsWith('#') ||
      (Array.isArray(wanted) && event.tags.some(([name, value]) => name === key.slice(1) && wanted.includes(value))),
  )

/** Events in memory, by the rules of NIP-01: the newest of what can be replaced, newest first. */
export class EventsInMemory extends EventRepository {
  readonly #events = new Map<string, Event>()
  readonly #mostPerAnswer: number

  constructor(mostPerAnswer = 500) {
    super()
    this.#mostPerAnswer = mostPerAnswer
  }

  isSearchSupported(): boolean {
    return false
  }

  upsert(event: Event): { isDuplicate: boolean } {
    const identity = identityOf(event)
    const known = this.#events.get(identity)
    if (known && (known.id === event.id || known.created_at > event.created_at)) return { isDuplicate: true }
    this.#events.set(identity, event)
    return { isDuplicate: false }
  }

  find(filter: Filter): Event[] {
    return [...this.#events.values()]
      .filter((event) => EventUtils.isMatchingFilter(event, filter) && matchesTags(event, filter))
      .toSorted((a, b) => b.created_at - a.created_at)
      .slice(0, Math.min(filter.limit ?? this.#mostPerAnswer, this.#mostPerAnswer))
  }

  /** Newest first. */
  all(): Event[] {
    return [...this.#events.values()].toSorted((a, b) => b.created_at - a.created_at)
  }

  clear(): void {
    this.#events.clear()
  }

  async destroy(): Promise<void> {
    this.clear()
  }
}
