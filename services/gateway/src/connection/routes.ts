import type { ServerResponse } from 'node:http'
import { ConnectionQuery, connectionTest, DomainError } from '@kez-chat/contracts'
import { z } from 'zod'
import { corsHeaders } from '../http/cors.ts'
import { apiHeaders } from '../http/response-headers.ts'
import type { HttpApp } from '../http/server.ts'
import { addressKey } from '../limits/address-key.ts'
import { createPlaces } from '../limits/places.ts'
import { problems } from '../openapi/problems.ts'

const placesPerAddress = 8

/** What a caller needs to see whether something between it and this server holds streams back, or hides addresses. */
export const connectionRoutes = (app: HttpApp) => {
  const places = createPlaces(placesPerAddress)
  const open = new Set<ServerResponse>()
  // Nobody keeps a server that stops from ending.
  app.addHook('preClose', async () => {
    for (const response of open) response.end()
  })
  app.get(
    '/v1/connection',
    {
      exposeHeadRoute: false,
      config: { live: true },
      schema: {
        summary: 'A stream of a second, for testing the way to this server',
        description:
          '`event: hello` with the address that the server takes the caller to have, then `event: tick` with `n` counting up, each sent at once. Where they arrive together, a proxy holds streams back.',
        tags: ['server'],
        querystring: ConnectionQuery,
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
          ...problems('malformed', 'rate_limited'),
        },
      },
    },
    (request, reply) => {
      const leave = places.enter(addressKey(request.ip))
      if (!leave) throw new DomainError('rate_limited', 'too many such streams from this address', { retryAfter: 2 })
      const response = reply.raw
      const say = (event: string, data: object): void => {
        response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
      let timer: NodeJS.Timeout | undefined
      open.add(response)
      response.once('close', () => {
        open.delete(response)
        clearTimeout(timer)
        leave()
      })
      reply.hijack()
      // The head of an inbox stream, so that proxies treat both alike.
      response.writeHead(200, {
        ...apiHeaders,
        ...corsHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
        connection: 'close',
      })
      say('hello', { address: request.ip })
      const quiet = (request.query.quiet ?? 0) * 1_000
      const tick = (n: number): void => {
        const isLast = n === connectionTest.ticks
        timer = setTimeout(
          () => {
            say('tick', { n })
            if (isLast) response.end()
            else tick(n + 1)
          },
          connectionTest.every + (isLast ? quiet : 0),
        )
      }
      tick(1)
    },
  )
}
