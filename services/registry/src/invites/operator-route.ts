import {
  DomainError,
  errorStatus,
  type Invite,
  InviteId,
  IssueInviteBody,
  operator,
  problem,
  streamName,
} from '@kez-chat/contracts'
import { isEmpty, type JetStream } from '@kez-chat/eventlog'
import { continueTrace, type InternalAnswer, type InternalRoute, isTrusted, type Log } from '@kez-chat/runtime'
import { z } from 'zod'
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

const json = (status: number, value: unknown, type = 'application/json'): InternalAnswer => ({
  status,
  type,
  body: `${JSON.stringify(value)}\n`,
})

const refuse = ({ code, message }: DomainError): InternalAnswer =>
  json(errorStatus[code], problem(code, message), 'application/problem+json')

const wishIn = (body: Uint8Array): z.infer<typeof Wish> => {
  try {
    return Wish.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
  } catch (cause) {
    throw new DomainError('malformed', 'say {"op":"list"}, {"op":"revoke","id"} or {"op":"issue","id","check",…}', {
      cause,
    })
  }
}

export type OperatorRouteOptions = {
  invites: Invites
  jetstream: JetStream
  /** Undefined where there is none: then client certificates alone open the route. */
  secret: string | undefined
  log: Log
}

/** `POST /internal/invites`: the operator's own invite codes, also the very first one. */
export const operatorRoute = ({ invites, jetstream, secret, log }: OperatorRouteOptions): InternalRoute => {
  const perform = async (wish: z.infer<typeof Wish>): Promise<{ invites: Invite[] }> => {
    if (wish.op === 'list') return { invites: await invites.list(operator) }
    if (wish.op === 'revoke') return { invites: [await invites.revoke(operator, wish.id, continueTrace(undefined))] }
    const { op: _, first, ...code } = wish
    if (first && !(await isEmpty(jetstream, streamName.identity, 'identity.handle.*'))) return { invites: [] }
    return { invites: [await invites.issue(operator, code, continueTrace(undefined))] }
  }

  return {
    method: 'POST',
    path: '/internal/invites',
    maxBytes: 1_024,
    handle: async (request) => {
      try {
        if (!isTrusted(request, secret))
          throw new DomainError(
            'forbidden',
            'this needs the operator secret as a Bearer token, or a client certificate',
          )
        return json(200, await perform(wishIn(request.body)))
      } catch (error) {
        if (error instanceof DomainError) return refuse(error)
        log.warn({ err: error }, 'an invite code of the operator could not be dealt with')
        return refuse(new DomainError('unavailable', 'the log cannot be reached right now; try again soon'))
      }
    },
  }
}
