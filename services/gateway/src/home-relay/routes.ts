import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { corsHeaders } from '../http/cors.ts'
import type { HttpApp } from '../http/server.ts'
import { addressKey } from '../limits/address-key.ts'
import { problems } from '../openapi/problems.ts'
import type { HomeRelay } from './home-relay.ts'
import { relayInformation } from './information.ts'
import { routeUpgrades, upgradeOf } from './upgrade.ts'

export type RelayRouteOptions = {
  relay: HomeRelay
  server: string
  version: string
  limit: (request: FastifyRequest) => Promise<void>
}

const asksForInformation = (accept: string | undefined): boolean =>
  /(^|,)\s*application\/nostr\+json\b/i.test(accept ?? '')

const schema = {
  summary: 'The nostr relay of this server (WebSocket)',
  description:
    'Nostr clients connect here (NIP-01, 09, 11, 40, 42, 62). With `Accept: application/nostr+json` it says what it is; anything else is told to upgrade.',
  tags: ['messages'],
  response: {
    200: { description: 'NIP-11', content: { 'application/nostr+json': { schema: z.string() } } },
    426: { description: 'Not a WebSocket', content: { 'text/plain': { schema: z.string() } } },
    ...problems('rate_limited', 'unavailable'),
  },
}

export const homeRelayRoutes = (app: HttpApp, { relay, server, version, limit }: RelayRouteOptions) => {
  routeUpgrades(app)
  const information = JSON.stringify(relayInformation({ server, version }))

  app.get('/relay', { config: { live: true }, schema, onRequest: limit }, async (request, reply) => {
    const upgrade = upgradeOf(request)
    if (upgrade) {
      const accept = (): void => void reply.hijack()
      await relay.connect({ request, response: reply.raw, ...upgrade, address: addressKey(request.ip), accept })
      return reply
    }
    reply.headers(corsHeaders)
    if (asksForInformation(request.headers.accept))
      return reply.header('content-type', 'application/nostr+json; charset=utf-8').send(information)
    return reply
      .code(426)
      .headers({ upgrade: 'websocket', connection: 'upgrade' })
      .type('text/plain; charset=utf-8')
      .send(`This is the nostr relay of ${server}. Connect to it with a nostr client, over a WebSocket.\n`)
  })
}
