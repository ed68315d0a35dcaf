import type { RelayFaults } from '@kez-chat/testkit'
import type { HomeFaults } from './home-faults.ts'

/** Something that is done to a world at a time, in milliseconds from its beginning. */
export type Action = { readonly at: number } & (
  | { readonly kind: 'say'; readonly from: number; readonly to: number; readonly text: string }
  | { readonly kind: 'accept'; readonly who: number; readonly whom: number }
  /** The process dies at its `write`-th write to disk from now on, before it or after it, and starts again later. */
  | {
      readonly kind: 'crash'
      readonly who: number
      readonly write: number
      readonly kept: boolean
      readonly forMs: number
    }
  | { readonly kind: 'quit'; readonly who: number; readonly forMs: number }
  | { readonly kind: 'network'; readonly who: number; readonly on: boolean }
  /** How far the person's clock is ahead from now on, ms. */
  | { readonly kind: 'clock'; readonly who: number; readonly aheadMs: number }
  | { readonly kind: 'relay'; readonly relay: number; readonly faults: RelayFaults }
  | { readonly kind: 'relay-down' | 'relay-up' | 'wipe' | 'cut' | 'notice'; readonly relay: number }
  | { readonly kind: 'home'; readonly home: number; readonly faults: HomeFaults }
  | { readonly kind: 'attack'; readonly attack: AttackName; readonly nth: number }
)

export type AttackName = 'unsigned-ack' | 'foreign-ack' | 'foreign-home-ack' | 'repost'

export interface PlannedPerson {
  readonly name: string
  readonly home: number
  /** Indices of the own relays. */
  readonly relays: readonly number[]
  /** Indices of those whom this person has accepted from the beginning. */
  readonly accepts: readonly number[]
}

/** A world and everything that will be done to it; what it leads to follows from the plan and its seed alone. */
export interface Plan {
  readonly seed: number
  readonly people: readonly PlannedPerson[]
  readonly relays: number
  readonly homes: number
  /** Which ways exist. */
  readonly ways: 'both' | 'relays' | 'homes'
  /** Whether the home servers listen on relays too. */
  readonly bridged: boolean
  readonly actions: readonly Action[]
  /** When all that is wrong ends, ms from the beginning. */
  readonly endsAt: number
}
