import { isHex, isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import { z } from 'zod'
import type { RouteName } from '../routes/route.ts'

const Hex = (bytes: number) => z.string().refine((text) => isHex(text, bytes))

/** How one route stands with one message. */
const RouteRecord = z.object({
  /** `waiting` for its next attempt, `sent` = taken by a server or relay, `refused` for good. */
  state: z.enum(['waiting', 'sent', 'refused']),
  /** Unix milliseconds of the last change. */
  at: z.number(),
  /** Failed attempts so far; after `sent`, further rounds to the relays that have not taken it. */
  attempts: z.int(),
  /** When to act next, unix milliseconds; null = never. */
  next_at: z.number().nullable(),
  /** `home`, or the relay that took it first. */
  via: z.string().optional(),
  /** Why not, in the other side's words. */
  reason: z.string().optional(),
})
export type RouteRecord = Readonly<z.infer<typeof RouteRecord>>

/** A message on its way, as it is stored. Holds the secret of the key that carries it: encrypt at rest. */
export const OutgoingRecord = z.object({
  v: z.literal(1),
  inner_id: Hex(16),
  to: z.custom<PrimaryId>(isPrimaryId),
  /** Unix milliseconds. */
  sent_at: z.number(),
  /** Whether it may wake a device. */
  wake: z.boolean(),
  /** Set for content that wakes nobody: it is acknowledged all the same. */
  content: z.boolean().optional(),
  /** When it vanishes, unix milliseconds: from then on nobody would show it. */
  expires_at: z.number().optional(),
  /** The same bytes on every route and at every attempt. */
  envelope: z.object({ v: z.literal(2), eph: Hex(32), nonce: Hex(12), ct: z.string() }),
  /** The key that carries it on relays; the inner names it. */
  author: z.object({ secret: Hex(32), public_key: Hex(32) }),
  /** The events made so far, oldest first: when (unix milliseconds), and the ids by either author. */
  events: z.array(z.object({ at: z.number(), ids: z.array(Hex(32)) })),
  home: RouteRecord,
  relay: RouteRecord,
  delivered: z.object({ at: z.number(), via: z.enum(['home', 'relay']) }).optional(),
  /** An acknowledgement without a signature came, within the migration window. */
  hinted: z.boolean().optional(),
})
export type OutgoingRecord = Readonly<z.infer<typeof OutgoingRecord>>

/** Whether whoever gets it acknowledges it; chunks of files are not. */
export const isAcknowledged = ({ wake, content }: OutgoingRecord): boolean => content ?? wake

/** A route that has not been tried. */
export const untried = (now: number): RouteRecord => ({ state: 'waiting', at: now, attempts: 0, next_at: now })

/** A way that does not exist here. */
export const absent = (now: number): RouteRecord => ({
  ...{ state: 'refused', at: now, attempts: 0, next_at: null, reason: 'no_route' },
})

export const routeNames: readonly RouteName[] = ['home', 'relay']
