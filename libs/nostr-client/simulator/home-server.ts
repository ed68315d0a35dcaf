import { ApiError, type Client, type InboxFeed, NetworkError } from '@kez-chat/client'
import type { InboxMessage } from '@kez-chat/contracts'
import { outerId } from '@kez-chat/messaging'
import { KIND_MESSAGE, type NostrEvent, readMessageEvent } from '@kez-chat/messaging/nostr'
import type { HomeClient } from '../src/index.ts'
import type { Chance } from './chance.ts'
import type { HomeFaults } from './home-faults.ts'
import { type HomeFeedOptions, openHomeFeed } from './home-feed.ts'
import type { WorldClock } from './world-clock.ts'

/** How a device gets to a home server. */
export interface HomeAccess {
  /** The device's own timers: they end with its process. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly isOnline: () => boolean
  /** The server's 201, as it reaches the device. */
  readonly onAccepted: (id: string) => void
}

const ANSWER_WITHIN_MS = 15_000

/**
 * A home server as its clients see it (protocol §2): what it answers 201 to is kept for good, the same bytes are one
 * message, and an inbox is read by sequence. Everything else can go wrong.
 */
export const createHomeServer = (clock: WorldClock, chance: Chance) => {
  const inboxes = new Map<string, InboxMessage[]>()
  const watchers = new Set<() => void>()
  let faults: HomeFaults = {}
  let lastSeq = 0

  const inboxOf = (handle: string): InboxMessage[] => {
    const inbox = inboxes.get(handle) ?? []
    inboxes.set(handle, inbox)
    return inbox
  }

  const keep = (handle: string, message: Pick<InboxMessage, 'id' | 'via' | 'envelope' | 'event'>): InboxMessage => {
    const inbox = inboxOf(handle)
    const known = inbox.find(({ id }) => id === message.id)
    if (known) return known
    lastSeq += 1
    const kept = { ...message, seq: lastSeq, received_at: new Date(clock.now()).toISOString() }
    inbox.push(kept)
    for (const watch of watchers) watch()
    return kept
  }

  const refusal = (): ApiError | undefined => {
    const { unavailable = 0, limited = 0, full = 0 } = faults
    if (chance.happens(unavailable)) return new ApiError('unavailable', 503, 'not now')
    if (chance.happens(limited)) return new ApiError('rate_limited', 429, 'slow down', chance.whole(1, 120))
    if (chance.happens(full)) return new ApiError('mailbox_full', 507, 'no room')
    return undefined
  }

  const delay = (): number => chance.between(...(faults.delay ?? [5, 50]))

  const post = (access: HomeAccess, ...[{ to, envelope }, options]: Parameters<Client['postMessage']>) =>
    new Promise<Awaited<ReturnType<Client['postMessage']>>>((resolve, reject) => {
      const give = (up: string): void => reject(new NetworkError(up))
      options?.signal?.addEventListener('abort', () => give('aborted'), { once: true })
      access.after(ANSWER_WITHIN_MS, () => give('no answer in time'))
      if (!access.isOnline()) return void access.after(50, () => give('offline'))
      // The wire and the server go on when the device does not.
      clock.after(delay(), () => {
        if (faults.down || chance.happens(faults.lost ?? 0)) return
        const refused = refusal()
        const kept = refused ? undefined : keep(to, { id: outerId(envelope), via: 'home', envelope })
        if (chance.happens(faults.answerLost ?? 0)) return
        access.after(delay(), () => {
          if (!access.isOnline()) return
          if (!kept) return reject(refused)
          access.onAccepted(kept.id)
          resolve({ id: kept.id, seq: kept.seq, accepted_at: kept.received_at })
        })
      })
    })

  return {
    set: (next: HomeFaults): void => {
      faults = next
      for (const watch of watchers) watch()
    },
    stored: (handle: string): readonly InboxMessage[] => inboxOf(handle),
    clientFor: (access: HomeAccess): HomeClient => ({
      postMessage: (body, options) => post(access, body, options),
      openInbox: (options: HomeFeedOptions): InboxFeed =>
        openHomeFeed(options, {
          ...{ after: access.after, chance, delay },
          isOpen: () => access.isOnline() && !faults.down,
          isCut: () => chance.happens(faults.cut ?? 0),
          next: (after) => inboxOf(options.handle).find(({ seq }) => seq > after),
          watch: (look) => {
            watchers.add(look)
            return () => watchers.delete(look)
          },
        }),
    }),
    /** What the server's own ear on relays heard for this person: one message with what is posted, by its sealed bytes. */
    hear: (handle: string, event: NostrEvent): void => {
      const id = event.kind === KIND_MESSAGE ? outerId(readMessageEvent(event).envelope) : event.id
      keep(handle, { id, via: 'relay', event: { ...event } })
    },
  }
}

export type HomeServer = ReturnType<typeof createHomeServer>
