import { type Invite, InviteId, IssueInviteBody, operator, streamName } from '@kez-chat/contracts'
import { isEmpty, type JetStream } from '@kez-chat/eventlog'
import { continueTrace, type InternalRoute, type Log } from '@kez-chat/runtime'
import { z } from 'zod'
import { createOperatorRoute } from '../operator/route.ts'
import type { Invites } from './invites.ts'

const Wish = z.discriminatedUnion('op', [
  z.object({ op: z.literal('list') }),
  z.object({ op: z.literal('revoke'), id: InviteId }),
  z.object({
    op: z.literal('issue'),
    ...IssueInviteBody.shape,
    /** Only for the very first person: answers without a code when somebody is registered. */
    first: z.boolean().default(false),
  }),
])

export type InvitesRouteOptions = { invites: Invites; jetstream: JetStream; secret: string | undefined; log: Log }

/** `POST /internal/invites`: the operator's own invite codes, also the very first one. */
export const invitesRoute = ({ invites, jetstream, secret, log }: InvitesRouteOptions): InternalRoute => {
  const perform = async (wish: z.infer<typeof Wish>): Promise<{ invites: Invite[] }> => {
    if (wish.op === 'list') return { invites: await invites.list(operator) }
    if (wish.op === 'revoke') return { invites: [await invites.revoke(operator, wish.id, continueTrace(undefined))] }
    const { op: _, first, ...code } = wish
    if (first && !(await isEmpty(jetstream, streamName.identity, 'identity.handle.*'))) return { invites: [] }
    return { invites: [await invites.issue(operator, code, continueTrace(undefined))] }
  }
  return createOperatorRoute({
    path: '/internal/invites',
    wish: Wish,
    usage: 'say {"op":"list"}, {"op":"revoke","id"} or {"op":"issue","id","check",…}',
    secret,
    log,
    perform,
  })
}
