import type { InternalRoute, Log } from '@kez-chat/runtime'
import { z } from 'zod'
import { createOperatorRoute } from '../operator/route.ts'
import { type Rebuilds, rebuildable } from './rebuilds.ts'

const projection = z.enum(rebuildable)
const Wish = z.discriminatedUnion('op', [
  z.object({ op: z.literal('rebuild'), projection }),
  z.object({ op: z.literal('state'), projection }),
])

/** `POST /internal/projections`: begins to make a projection anew, and tells how far that is. */
export const projectionsRoute = (options: {
  rebuilds: Rebuilds
  secret: string | undefined
  log: Log
}): InternalRoute => {
  const { rebuilds, secret, log } = options
  return createOperatorRoute({
    path: '/internal/projections',
    wish: Wish,
    usage: `say {"op":"rebuild","projection"} or {"op":"state","projection"}; a projection is one of ${rebuildable.join(', ')}`,
    secret,
    log,
    perform: async ({ op, projection: what }) => (op === 'rebuild' ? rebuilds.begin(what) : rebuilds.state(what)),
  })
}
