import { acceptableUntil, type Inner } from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import { followLinks, markGaps, rowAfterGap } from './gaps.ts'
import { messageTag } from './message.ts'
import { type Move, type PlacingTables, placeFor, putInOrder } from './placing.ts'
import { addStep } from './steps.ts'

type Links = Schema['links']['value']

/** The stores that know of an order, inside whatever transaction. */
export type OrderTables = PlacingTables & {
  readonly messages: { index(name: 'inner'): { getKey(tag: string): Promise<number | undefined> } }
  readonly links: { get(tag: string): Promise<Links | undefined>; put(links: Links): Promise<string> }
}

/** The place of something that has come among what its author wrote. */
export type Ordered = {
  /** The number it gets; undefined when it comes after all others. */
  readonly place: number | undefined
  /**
   * It is stored under this number, or not shown at all: what it shows to be in the wrong order changes places, and gaps
   * are marked anew.
   */
  settle(n: number | undefined): Promise<Move[]>
}

const asItCame: Ordered = { place: undefined, settle: async () => [] }

const isChained = ({ seen, inner }: ReceivedMessage): boolean => inner !== undefined && seen.from !== inner.to

/**
 * Takes an inner into the order of its author, by `prev`, whatever way was slow and whatever clocks say. What one writes to
 * oneself on several devices has no order of its own, and what comes from old clients tells none.
 */
export const orderOf = async (
  tables: OrderTables,
  rest: AtRest,
  conversation: string,
  received: ReceivedMessage,
): Promise<Ordered> => {
  const { inner, seen } = received
  if (!inner || !isChained(received)) return asItCame
  return chained(tables, rest, conversation, { ...received, inner }, seen.sentAt)
}

const chained = async (
  tables: OrderTables,
  rest: AtRest,
  conversation: string,
  received: ReceivedMessage & { readonly inner: Inner },
  sentAt: number,
): Promise<Ordered> => {
  const { steps, messages } = tables
  const { inner } = received
  const find = (tag: string): Promise<number | undefined> => messages.index('inner').getKey(tag)
  const links = await followLinks(tables.links, rest, conversation, received)
  const named = { conversation, inner: messageTag(rest, inner.id, inner.from), until: acceptableUntil(sentAt) }
  const step = await addStep(steps, rest, named, inner)
  return {
    place: await placeFor(tables, find, step, await rowAfterGap(steps, find, links)),
    settle: async (n) => {
      const moves = await putInOrder(tables, find, step, n)
      await markGaps(tables, rest, find, step, links)
      return moves
    },
  }
}
