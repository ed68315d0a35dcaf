import { DomainError, SeqParam, StreamQuery } from '@kez-chat/contracts'
import { z } from 'zod'
import { ownerOf } from '../auth/owner.ts'
import { corsHeaders } from '../http/cors.ts'
import { endRequestSpan, traceOfRequest } from '../http/request-spans.ts'
import { apiHeaders } from '../http/response-headers.ts'
import type { HttpApp } from '../http/server.ts'
import { addressKey } from '../limits/address-key.ts'
import { problems } from '../openapi/problems.ts'
import type { Streams } from './open-streams.ts'

/** `Last-Event-ID` as a cursor. @throws {DomainError} `malformed` */
const cursorIn = (header: string | string[] | undefined): number | undefined => {
  if (header === undefined || header === '') return undefined
  const parsed = SeqParam.safeParse(header)
  if (!parsed.success) throw new DomainError('malformed', 'Last-Event-ID: must be a whole number in canonical decimal')
  return parsed.data
}

const later = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)

export const streamRoutes = (app: HttpApp, streams: Streams) => {
  app.get(
    '/v1/inbox/:handle/stream',
    {
      exposeHeadRoute: false,
      config: { live: true },
      schema: {
        summary: 'The own inbox as it fills (server-sent events)',
        description:
          '`event: message` with `id: <seq>` and an inbox message as data; `event: mailbox` when the mailbox becomes full. Starts after the greater of `since` and `Last-Event-ID`, live only without either. Signed with `X-KEZ-Auth`, or `?auth=` for EventSource.',
        tags: ['messages'],
        params: z.object({ handle: z.string() }),
        querystring: StreamQuery,
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
          ...problems(
            'malformed',
            'invalid_signature',
            'stale_auth',
            'unauthorized',
            'not_found',
            'identity_ended',
            'handle_barred',
            'cursor_reset',
            'rate_limited',
            'unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const response = reply.raw
      await streams.open({
        owner: ownerOf(request),
        address: addressKey(request.ip),
        since: later(request.query.since, cursorIn(request.headers['last-event-id'])),
        response,
        traceparent: traceOfRequest(request),
        accept: () => {
          reply.hijack()
          response.writeHead(200, {
            ...apiHeaders,
            ...corsHeaders,
            'content-type': 'text/event-stream; charset=utf-8',
            'x-accel-buffering': 'no',
            // Nothing follows a stream on its connection, so that the end of one is the end of both.
            connection: 'close',
          })
          endRequestSpan(request, 200)
        },
      })
      return reply
    },
  )
}
