/** What can go wrong at a relay, several at once. Shares are from 0 (never) to 1 (always). */
export type RelayFaults = {
  /** Share of the client's frames that never arrive. */
  readonly dropIn?: number
  /** Share of the relay's frames that never arrive. */
  readonly dropOut?: number
  /** Milliseconds each frame takes, both ways, at least and at most. */
  readonly delay?: readonly [least: number, most: number]
  /** Share of the relay's frames that come twice. */
  readonly duplicate?: number
  /** Share of the relay's frames that others overtake, and for how long at most, ms. */
  readonly reorder?: { readonly share: number; readonly within: number }
  /** Every OK comes so many milliseconds later. */
  readonly lateOk?: number
  /** Share of events that get an OK and are forgotten. */
  readonly okNotStored?: number
  /** Share of events that are kept, and never shown to anybody. */
  readonly okNotServed?: number
  /** From now on only who has authenticated (NIP-42) may do this; those connected get a challenge at once. */
  readonly auth?: 'write' | 'read' | 'all'
  /** Whoever authenticates is refused. */
  readonly authRefused?: boolean
  readonly neverEose?: boolean
  /** Every connection is cut after so many milliseconds, at least and at most. */
  readonly flap?: readonly [least: number, most: number]
  /** The relay's clock, in seconds ahead (or behind, when negative): it refuses what is far from its time. */
  readonly clock?: number
  /** Takes everything and says nothing. */
  readonly silent?: boolean
  /** Every event is refused with these words. */
  readonly refuse?: string
  /** Only events by these authors (hex) are taken. */
  readonly members?: readonly string[]
  /** Every subscription is ended with these words. */
  readonly closed?: string
}

/** How far from the relay's clock an event may be, in seconds: what public relays allow. */
export const CLOCK_TOLERANCE = 900

/** In [least, most], by `random` in [0, 1). */
export const between = ([least, most]: readonly [number, number], random: () => number): number =>
  least + random() * (most - least)
