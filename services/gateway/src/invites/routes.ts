import {
  CheckedInvite,
  CheckInviteBody,
  commandSubject,
  DomainError,
  Invite,
  InviteId,
  InviteList,
  IssueInviteBody,
} from '@kez-chat/contracts'
import { type NatsConnection, requestCommand, type TokenBuckets } from '@kez-chat/runtime'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ownerOf } from '../auth/owner.ts'
import { sendOnce } from '../auth/send-once.ts'
import type { UsedSignatures } from '../auth/used-signatures.ts'
import type { HttpApp } from '../http/server.ts'
import type { Metrics } from '../metrics.ts'
import { problems } from '../openapi/problems.ts'
import { hashOfCode } from './hash-of-code.ts'

export type InviteOptions = {
  nc: NatsConnection
  usedSignatures: UsedSignatures
  /** Codes issued per person. */
  limitIssued: TokenBuckets
  limitChecks: (request: FastifyRequest) => Promise<void>
  metrics: Metrics
}

const params = z.object({ handle: z.string() })
const signed = 'Signed with `X-KEZ-Auth` over server, method, path and body.'
const ofOwners = [
  'malformed',
  'invalid_signature',
  'stale_auth',
  'unauthorized',
  'not_found',
  'identity_ended',
  'handle_barred',
  'unavailable',
] as const

export const inviteRoutes = (
  app: HttpApp,
  { nc, usedSignatures, limitIssued, limitChecks, metrics }: InviteOptions,
): void => {
  app.post(
    '/v1/invites/:handle',
    {
      config: { wrongShape: 'invalid' },
      schema: {
        summary: 'Issue an invite code',
        description: `${signed} The code is made by the client and stays with it: the server gets its hash. 20 at once per person, and one in 3 s.`,
        tags: ['people'],
        params,
        body: IssueInviteBody,
        response: {
          201: Invite,
          ...problems(
            ...ofOwners,
            'forbidden',
            'conflict',
            'invite_limit',
            'unsupported_media_type',
            'invalid',
            'rate_limited',
          ),
        },
      },
    },
    async (request, reply) => {
      const { handle, primary } = ownerOf(request)
      return sendOnce(usedSignatures, request, reply, async () => {
        const taken = limitIssued.take(primary)
        if (!taken.ok) {
          metrics.rateLimited.inc({ limit: 'invite' })
          throw new DomainError('rate_limited', 'too many invite codes; try again later', {
            retryAfter: taken.retryAfter,
          })
        }
        const command = { ...request.body, handle, primary }
        return { status: 201, body: await requestCommand(nc, commandSubject.issueInvite, command, Invite) }
      })
    },
  )

  app.get(
    '/v1/invites/:handle',
    {
      schema: {
        summary: 'The own invite codes and how often they were used',
        description: 'Signed with `X-KEZ-Auth` over server, method and path.',
        tags: ['people'],
        params,
        querystring: z.object({ auth: z.string().max(200).optional() }),
        response: { 200: InviteList, ...problems(...ofOwners) },
      },
    },
    async (request) => {
      const { handle, primary } = ownerOf(request)
      return requestCommand(nc, commandSubject.listInvites, { handle, primary }, InviteList)
    },
  )

  app.delete(
    '/v1/invites/:handle/:id',
    {
      schema: {
        summary: 'Revoke an invite code',
        description:
          'Signed with `X-KEZ-Auth` over server, method and path. Who has registered by it stays registered.',
        tags: ['people'],
        params: params.extend({ id: InviteId }),
        response: { 204: z.undefined().describe('It admits nobody any more'), ...problems(...ofOwners, 'conflict') },
      },
    },
    async (request, reply) => {
      const { handle, primary } = ownerOf(request)
      const { id } = request.params
      return sendOnce(usedSignatures, request, reply, async () => {
        await requestCommand(nc, commandSubject.revokeInvite, { handle, primary, id }, Invite)
        return { status: 204 }
      })
    },
  )

  app.post(
    '/v1/register/check',
    {
      onRequest: limitChecks,
      schema: {
        summary: 'Whether an invite code still admits somebody',
        description: 'Uses nothing up. Counts as an attempt to register.',
        tags: ['people'],
        body: CheckInviteBody,
        response: {
          200: CheckedInvite,
          ...problems(
            'malformed',
            'invite_invalid',
            'invite_expired',
            'invite_used_up',
            'invite_revoked',
            'unsupported_media_type',
            'rate_limited',
            'unavailable',
          ),
        },
      },
    },
    async (request) => requestCommand(nc, commandSubject.checkInvite, hashOfCode(request.body.invite), CheckedInvite),
  )
}
