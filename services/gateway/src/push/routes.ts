import {
  commandSubject,
  DomainError,
  EndpointBody,
  Hex32,
  inboxOwner,
  PushSubscriptions,
  PushTest,
  ReplaceBody,
  SubscribeBody,
  VapidPublicKey,
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

export type PushOptions = {
  nc: NatsConnection
  usedSignatures: UsedSignatures
  /** Test pushes per inbox. */
  limitTests: TokenBuckets
  limitReceipts: (request: FastifyRequest) => Promise<void>
  metrics: Metrics
}

/** A test waits for the push service (10 s) and then for the worker (7 s). */
const testWithin = 19_000

const params = z.object({ handle: z.string() })
const signed = 'Signed with `X-KEZ-Auth` over server, method, path and the endpoint in the body.'
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
const ofChanges = [...ofOwners, 'conflict', 'unsupported_media_type', 'invalid'] as const

export const pushRoutes = (
  app: HttpApp,
  { nc, usedSignatures, limitTests, limitReceipts, metrics }: PushOptions,
): void => {
  app.get(
    '/v1/push/vapid-public-key',
    {
      schema: {
        summary: 'The key that browsers need to subscribe to Web Push',
        tags: ['push'],
        response: { 200: VapidPublicKey, ...problems('unavailable') },
      },
    },
    async () => requestCommand(nc, commandSubject.pushVapidKey, {}, VapidPublicKey),
  )

  app.post(
    '/v1/push/subscribe/:handle',
    {
      config: { wrongShape: 'invalid' },
      schema: {
        summary: 'Have a device woken when something comes',
        description: `${signed} A device that is known is taken as new; no other is dropped, up to 20 of them.`,
        tags: ['push'],
        params,
        body: SubscribeBody,
        response: { 201: PushSubscriptions, ...problems(...ofChanges, 'key_mismatch') },
      },
    },
    async (request, reply) => {
      const inbox = inboxOwner(ownerOf(request))
      return sendOnce(usedSignatures, request, reply, async () => {
        const command = { ...request.body, inbox }
        return { status: 201, body: await requestCommand(nc, commandSubject.pushSubscribe, command, PushSubscriptions) }
      })
    },
  )

  app.post(
    '/v1/push/unsubscribe/:handle',
    {
      config: { wrongShape: 'invalid' },
      schema: {
        summary: 'Have a device woken no more',
        description: signed,
        tags: ['push'],
        params,
        body: EndpointBody,
        response: { 204: z.undefined().describe('It is woken no more, or never was'), ...problems(...ofChanges) },
      },
    },
    async (request, reply) => {
      const inbox = inboxOwner(ownerOf(request))
      return sendOnce(usedSignatures, request, reply, async () => {
        await requestCommand(nc, commandSubject.pushUnsubscribe, { ...request.body, inbox }, z.unknown())
        return { status: 204 }
      })
    },
  )

  app.get(
    '/v1/push/subscriptions/:handle',
    {
      schema: {
        summary: 'Which devices are woken, and how that goes',
        description:
          'Signed with `X-KEZ-Auth` over server, method and path. A client that does not find its own fingerprint, or finds it with another key than the current one, subscribes anew.',
        tags: ['push'],
        params,
        querystring: z.object({ auth: z.string().max(200).optional() }),
        response: { 200: PushSubscriptions, ...problems(...ofOwners) },
      },
    },
    async (request) => {
      const inbox = inboxOwner(ownerOf(request))
      return requestCommand(nc, commandSubject.pushList, { inbox }, PushSubscriptions)
    },
  )

  app.delete(
    '/v1/push/subscriptions/:handle/:fingerprint',
    {
      schema: {
        summary: 'Have another device woken no more',
        description:
          'Signed with `X-KEZ-Auth` over server, method and path. The device finds its fingerprint in `removed` and does not subscribe by itself again.',
        tags: ['push'],
        params: params.extend({ fingerprint: Hex32 }),
        response: {
          204: z.undefined().describe('It is woken no more, or never was'),
          ...problems(...ofOwners, 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const inbox = inboxOwner(ownerOf(request))
      const { fingerprint } = request.params
      return sendOnce(usedSignatures, request, reply, async () => {
        await requestCommand(nc, commandSubject.pushForget, { inbox, fingerprint }, z.unknown())
        return { status: 204 }
      })
    },
  )

  app.post(
    '/v1/push/test/:handle',
    {
      config: { wrongShape: 'invalid' },
      schema: {
        summary: 'Send a real push to a device and say how far it comes',
        description: `${signed} Five at once per person, and one a minute.`,
        tags: ['push'],
        params,
        body: EndpointBody,
        response: { 200: PushTest, ...problems(...ofChanges, 'rate_limited') },
      },
    },
    async (request, reply) => {
      const inbox = inboxOwner(ownerOf(request))
      return sendOnce(usedSignatures, request, reply, async () => {
        const taken = limitTests.take(inbox)
        if (!taken.ok) {
          metrics.rateLimited.inc({ limit: 'push_test' })
          throw new DomainError('rate_limited', 'too many test pushes; try again later', {
            retryAfter: taken.retryAfter,
          })
        }
        const command = { ...request.body, inbox }
        return { status: 200, body: await requestCommand(nc, commandSubject.pushTest, command, PushTest, testWithin) }
      })
    },
  )

  app.post(
    '/v1/push/receipt',
    {
      onRequest: limitReceipts,
      schema: {
        summary: "A device's worker says that a push has come",
        description:
          'Needs no signature: nobody else knows the endpoint. The answer does not tell whether it is known.',
        tags: ['push'],
        body: EndpointBody,
        response: {
          204: z.undefined().describe('Noted'),
          ...problems('malformed', 'unsupported_media_type', 'rate_limited', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      await requestCommand(nc, commandSubject.pushReceipt, request.body, z.unknown())
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/push/replace',
    {
      onRequest: limitReceipts,
      config: { wrongShape: 'invalid' },
      schema: {
        summary: 'A browser has changed its subscription (`pushsubscriptionchange`)',
        description:
          'A worker has no key to sign with; it shows the old endpoint, which nobody else knows. `not_found` when this server does not know it: the app subscribes when it is opened.',
        tags: ['push'],
        body: ReplaceBody,
        response: {
          204: z.undefined().describe('Pushes go to the new endpoint'),
          ...problems(
            'malformed',
            'not_found',
            'unsupported_media_type',
            'key_mismatch',
            'invalid',
            'rate_limited',
            'unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      await requestCommand(nc, commandSubject.pushReplace, request.body, z.unknown())
      return reply.code(204).send()
    },
  )
}
