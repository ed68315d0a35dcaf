import { z } from 'zod'

/** How one way stands with a message. */
const Route = z.object({
  state: z.enum(['waiting', 'sent', 'refused']),
  at: z.number(),
  attempts: z.int(),
  next_at: z.number().nullable(),
  via: z.string().optional(),
  reason: z.string().optional(),
})

/** What one relay said. */
const Fate = z.object({
  relay: z.string(),
  state: z.enum(['pending', 'accepted', 'refused', 'timeout', 'unreachable']),
  at: z.number(),
  reason: z.string().optional(),
})

/** How a message of ours stands, as it is stored: of the first version are the states, `at` of what was sent, and `code`. */
export const StoredDelivery = z.object({
  state: z.enum(['sending', 'sent', 'delivered', 'failed']),
  /** When the state last changed, unix ms. */
  at: z.number().optional(),
  /** Why it failed. */
  code: z.string().optional(),
  /** Which way took it first: `home`, or the URL of a relay. */
  via: z.string().optional(),
  routes: z.object({ home: Route, relay: Route }).optional(),
  /** Each relay's own answer to the newest event. */
  relays: z.array(Fate).optional(),
  delivered: z.object({ at: z.number(), via: z.enum(['home', 'relay']) }).optional(),
  /** An old client confirmed it without a signature: that is no delivery. */
  hinted: z.boolean().optional(),
})

/** `sending` → `sent` → `delivered`, or `failed`; how it stands on each way is beside it, and nothing is merged. */
export type Delivery = Readonly<Omit<z.infer<typeof StoredDelivery>, 'at'>> & { readonly at: number }
