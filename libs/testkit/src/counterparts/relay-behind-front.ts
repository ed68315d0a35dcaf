import { LogLevel } from '@nostr-relay/common'
import { NostrRelay } from '@nostr-relay/core'
import { type Clock, systemClock } from './clock.ts'
import { EventsInMemory, type SignedNostrEvent } from './nostr-events.ts'
import type { RelayFaults } from './relay-faults.ts'
import { type Front, type Line, standBetween } from './relay-front.ts'

export type FaultyRelayOptions = {
  readonly faults?: RelayFaults
  /** In [0, 1): decides what goes wrong; a seeded one makes a run repeatable as far as the network lets it. */
  readonly random?: () => number
  /** Most events in one answer, as relays cap them; 500 unless told otherwise. */
  readonly mostPerAnswer?: number
}

const keptFrames = 10_000

/** The relay engine of another author behind fronts that let things go wrong, whatever carries the frames. */
export const createRelayBehindFront = ({
  faults: first = {},
  random = Math.random,
  clock = systemClock,
  host = '127.0.0.1',
  mostPerAnswer,
}: FaultyRelayOptions & { readonly clock?: Clock; readonly host?: string }) => {
  const events = new EventsInMemory(mostPerAnswer)
  // Neither of the engine's caches: what is asked again is looked up again.
  const relay = new NostrRelay(events, {
    ...{ logLevel: LogLevel.ERROR, filterResultCacheTtl: 0, eventHandlingResultCacheTtl: 0 },
    maxSubscriptionsPerClient: 50,
  })
  const hidden = new Set<string>()
  const frames: (readonly unknown[])[] = []
  const fronts = new Map<Line, Front>()
  let faults = first

  const onFrame = (frame: readonly unknown[]): void => {
    frames.push(frame)
    if (frames.length > keptFrames) frames.shift()
  }

  return {
    frames,
    connect: (line: Line): void => {
      fronts.set(line, standBetween(line, { relay, host, clock, faults: () => faults, random, hidden, onFrame }))
      line.onClose(() => fronts.delete(line))
    },
    set: (next: RelayFaults): void => {
      const demands = next.auth !== undefined && next.auth !== faults.auth
      faults = next
      if (demands) for (const front of fronts.values()) front.challenge()
    },
    stored: (): SignedNostrEvent[] => events.all(),
    /** What it shows to those who ask. */
    served: (): SignedNostrEvent[] => events.all().filter(({ id }) => !hidden.has(id)),
    /** Forgets every event, and what it hid. */
    wipe: (): void => {
      events.clear()
      hidden.clear()
    },
    connections: (): number => fronts.size,
    say: (text: string): void => {
      for (const line of fronts.keys()) line.send(text)
    },
    cut: (): void => {
      for (const front of fronts.values()) front.close()
      fronts.clear()
    },
    destroy: (): Promise<void> => relay.destroy(),
  }
}
