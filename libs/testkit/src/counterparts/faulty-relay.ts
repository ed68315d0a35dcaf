import { createServer, type Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { listen } from './http-counterpart.ts'
import type { SignedNostrEvent } from './nostr-events.ts'
import { createRelayBehindFront, type FaultyRelayOptions } from './relay-behind-front.ts'
import type { RelayFaults } from './relay-faults.ts'
import type { Line } from './relay-front.ts'

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

const lineOf = (socket: WebSocket): Line => {
  socket.on('error', () => undefined)
  return {
    isOpen: () => socket.readyState === socket.OPEN,
    send: (text) => socket.send(text),
    close: () => socket.terminate(),
    onMessage: (listener) => void socket.on('message', (data) => listener(data.toString())),
    onClose: (listener) => void socket.on('close', listener),
  }
}

/** A real relay of another author on a free port of 127.0.0.1, behind a front that lets things go wrong. */
export const startFaultyRelay = async (options: FaultyRelayOptions = {}): Promise<FaultyRelay> => {
  const relay = createRelayBehindFront(options)
  let server: Server | undefined
  let sockets: WebSocketServer | undefined

  const up = async (port = 0): Promise<number> => {
    const http = createServer()
    const accepting = new WebSocketServer({ server: http })
    accepting.on('connection', (socket) => relay.connect(lineOf(socket)))
    server = http
    sockets = accepting
    return listen(http, port)
  }

  const down = async (): Promise<void> => {
    const leaving = server
    server = undefined
    relay.cut()
    sockets?.close()
    if (!leaving) return
    await new Promise<void>((resolve) => {
      leaving.close(() => resolve())
      leaving.closeAllConnections()
    })
  }

  const port = await up()
  const { set, stored, frames, connections, say, cut } = relay
  return {
    ...{ url: `ws://127.0.0.1:${port}`, set, stored, frames, connections, say, cut, down },
    up: async () => {
      if (!server) await up(port)
    },
    stop: async () => {
      await down()
      await relay.destroy()
    },
  }
}
