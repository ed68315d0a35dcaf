import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'

type Upgrade = { socket: Duplex; head: Buffer }

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/** Whether a request asks for a WebSocket at the relay. Every other upgrade is answered as if it had not been asked for. */
export const isRelayUpgrade = ({ url, headers }: IncomingMessage): boolean =>
  /^\/relay(\?|$)/.test(url ?? '') && headers.upgrade?.toLowerCase() === 'websocket'

/** The socket of a request that asks for an upgrade, to be taken over. */
export const upgradeOf = (request: FastifyRequest): Upgrade | undefined => upgrades.get(request.raw)

/**
 * Sends upgrades through the routes like every other request, so that the same rules, limits and hooks stand before them. A
 * handler takes the connection over with `reply.hijack()` and {@link upgradeOf}; otherwise its answer is the last thing on it.
 */
export const routeUpgrades = (app: FastifyInstance): void => {
  app.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    upgrades.set(request, { socket, head })
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(asSocket(socket))
    response.once('finish', () => socket.end())
    app.routing(request, response)
  })
}

/** Detaches the response that stood in for the upgrade, so that the WebSocket may write its own head. */
export const detachResponse = (response: ServerResponse, socket: Duplex): void => {
  response.detachSocket(asSocket(socket))
}

/** Connections of an HTTP server are sockets; the type of the event only promises a stream. */
const asSocket = (socket: Duplex): Parameters<ServerResponse['assignSocket']>[0] =>
  socket as Parameters<ServerResponse['assignSocket']>[0]
