import type { FastifyRequest } from 'fastify'
import { corsHeaders } from '../http/cors.ts'
import type { HttpApp } from '../http/server.ts'
import { addressKey } from '../limits/address-key.ts'
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

export const homeRelayRoutes = (app: HttpApp, { relay, server, version, limit }: RelayRouteOptions) => {
  routeUpgrades(app)
  const information = JSON.stringify(relayInformation({ server, version }))

  app.get('/relay', { config: { live: true }, schema: { hide: true }, onRequest: limit }, async (request, reply) => {
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
