import { createServer, type Server } from 'node:http'
import { LogLevel } from '@nostr-relay/common'
import { NostrRelay } from '@nostr-relay/core'
import { type WebSocket, WebSocketServer } from 'ws'
import { listen } from './http-counterpart.ts'
import { EventsInMemory, type SignedNostrEvent } from './nostr-events.ts'
import type { RelayFaults } from './relay-faults.ts'
import { type Front, standBetween } from './relay-front.ts'

export type FaultyRelay = {
  /** `ws://127.0.0.1:<port>`, the same after `up`. */
  readonly url: string
  /** From now on these things go wrong, also on open connections (but `flap`, which begins with a connection). */
  readonly set: (faults: RelayFaults) => void
  /** What it keeps, newest first, shown or not. */
  readonly stored: () => SignedNostrEvent[]
  /** Every frame that reached it, oldest first: `['EVENT', …]`, `['REQ', …]`. */
  readonly frames: readonly (readonly unknown[])[]
  readonly connections: () => number
  /** Says this to everybody connected, whatever it is. */
  readonly say: (text: string) => void
  /** Cuts every connection. */
  readonly cut: () => void
  /** Nobody can connect any more; what it keeps stays. */
  readonly down: () => Promise<void>
  readonly up: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type FaultyRelayOptions = {
  readonly faults?: RelayFaults
  /** In [0, 1): decides what goes wrong; a seeded one makes a run repeatable as far as the network lets it. */
  readonly random?: () => number
}

const keptFrames = 10_000

/** A real relay of another author on a free port of 127.0.0.1, behind a front that lets things go wrong. */
export const startFaultyRelay = async ({
  faults: first = {},
  random = Math.random,
}: FaultyRelayOptions = {}): Promise<FaultyRelay> => {
  const events = new EventsInMemory()
  // Neither of the engine's caches: what is asked again is looked up again.
  const relay = new NostrRelay(events, {
    ...{ logLevel: LogLevel.ERROR, filterResultCacheTtl: 0, eventHandlingResultCacheTtl: 0 },
    maxSubscriptionsPerClient: 50,
  })
  const hidden = new Set<string>()
  const frames: (readonly unknown[])[] = []
  const fronts = new Map<WebSocket, Front>()
  let faults = first
  let server: Server | undefined
  let sockets: WebSocketServer | undefined

  const onFrame = (frame: readonly unknown[]): void => {
    frames.push(frame)
    if (frames.length > keptFrames) frames.shift()
  }

  const up = async (port = 0): Promise<number> => {
    const http = createServer()
    const accepting = new WebSocketServer({ server: http })
    accepting.on('connection', (socket) => {
      fronts.set(socket, standBetween(socket, { relay, faults: () => faults, random, hidden, onFrame }))
      socket.on('close', () => fronts.delete(socket))
    })
    server = http
    sockets = accepting
    return listen(http, port)
  }

  const cut = (): void => {
    for (const front of fronts.values()) front.close()
    fronts.clear()
  }

  const down = async (): Promise<void> => {
    const leaving = server
    server = undefined
    cut()
    sockets?.close()
    if (!leaving) return
    await new Promise<void>((resolve) => {
      leaving.close(() => resolve())
      leaving.closeAllConnections()
    })
  }

  const port = await up()
  return {
    url: `ws://127.0.0.1:${port}`,
    set: (next) => {
      const demands = next.auth !== undefined && next.auth !== faults.auth
      faults = next
      if (demands) for (const front of fronts.values()) front.challenge()
    },
    stored: () => events.find({ limit: Number.MAX_SAFE_INTEGER }),
    frames,
    connections: () => fronts.size,
    say: (text) => {
      for (const socket of fronts.keys()) socket.send(text)
    },
    cut,
    down,
    up: async () => {
      if (!server) await up(port)
    },
    stop: async () => {
      await down()
      await relay.destroy()
    },
  }
}
