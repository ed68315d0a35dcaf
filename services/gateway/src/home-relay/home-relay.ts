import { createHmac, randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { DomainError, relayLimits } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import type { FastifyRequest } from 'fastify'
import { WebSocketServer } from 'ws'
import { createPlaces } from '../limits/places.ts'
import type { Metrics } from '../metrics.ts'
import { type Buffered, createRelayConnection } from './connection.ts'
import { openRelayTunnel } from './tunnel.ts'
import { detachResponse } from './upgrade.ts'

export type RelayOptions = {
  jetstream: JetStream
  /** The relay's URL as clients know it. */
  url: () => string
  perAddress: number
  sessions: number
  metrics: Metrics
}

export type Client = {
  request: FastifyRequest
  response: ServerResponse
  socket: Duplex
  head: Buffer
  address: string
  /** Called when nothing can be refused any more. */
  accept: () => void
}

const everybody = 'all'

/** The gateway's side of the home relay: WebSockets in front, a tunnel to the relay bridge behind, nothing understood. */
export const createHomeRelay = ({ jetstream, url, perAddress, sessions, metrics }: RelayOptions) => {
  const tunnel = openRelayTunnel(jetstream)
  const addresses = createPlaces(perAddress)
  const places = createPlaces(sessions)
  const salt = randomBytes(16)
  const open = new Set<() => void>()
  let buffered = 0
  const inAll: Buffered = {
    get bytes() {
      return buffered
    },
    add: (bytes) => {
      buffered += bytes
      metrics.relayBuffered.set(buffered)
    },
  }
  let stopping = false
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: relayLimits.frameBytes,
    perMessageDeflate: false,
  })
  /** The same for the same address as long as this process runs, and otherwise nothing that says who it is. */
  const sourceOf = (address: string): string => createHmac('sha256', salt).update(address).digest('hex').slice(0, 24)

  const takePlace = (address: string): (() => void) => {
    const leaveAddress = addresses.enter(address)
    const leaveAll = leaveAddress && places.enter(everybody)
    if (leaveAddress && leaveAll)
      return () => {
        leaveAddress()
        leaveAll()
      }
    leaveAddress?.()
    metrics.rateLimited.inc({ limit: 'relay' })
    if (leaveAddress) throw new DomainError('unavailable', 'too many connections to the relay', { retryAfter: 30 })
    throw new DomainError('rate_limited', 'too many connections to the relay from this address', { retryAfter: 30 })
  }

  return {
    /** @throws {DomainError} before the handshake is answered */
    connect: async ({ request, response, socket, head, address, accept }: Client): Promise<void> => {
      if (stopping) throw new DomainError('unavailable', 'the server is stopping; come back', { retryAfter: 2 })
      const leave = takePlace(address)
      const connection = createRelayConnection(inAll, (reason) => {
        open.delete(connection.abandon)
        leave()
        metrics.relaySessions.dec()
        metrics.relayClosed.inc({ reason })
      })
      metrics.relaySessions.inc()
      open.add(connection.abandon)
      try {
        const session = await tunnel.open({ source: sourceOf(address), url: url() }, connection.listener)
        connection.hold(session)
        if (socket.destroyed) connection.abandon()
        accept()
        detachResponse(response, socket)
        socket.once('close', connection.abandon)
        server.handleUpgrade(request.raw, socket, head, (client) => connection.attach(client, session))
      } catch (error) {
        connection.abandon()
        throw error
      }
    },
    stop: (): void => {
      stopping = true
      tunnel.stop()
      for (const abandon of [...open]) abandon()
    },
  }
}

export type HomeRelay = ReturnType<typeof createHomeRelay>
