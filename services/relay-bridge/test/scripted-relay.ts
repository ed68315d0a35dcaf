import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export type ScriptedRelay = {
  readonly url: string
  /** Every message that came, of all connections. */
  readonly asked: unknown[][]
  readonly connections: () => number
  /** How often somebody has connected. */
  readonly connected: () => number
  readonly broadcast: (message: unknown) => void
  readonly drop: () => void
  readonly stop: () => Promise<void>
}

export type Script = {
  /** Its information document (NIP-11). */
  readonly information?: unknown
  readonly onOpen?: (say: (message: unknown) => void, socket: WebSocket) => void
  /** Answers a message; the default ends every REQ at once. */
  readonly onMessage?: (message: unknown[], say: (message: unknown) => void, socket: WebSocket) => void
}

const endAtOnce: Script['onMessage'] = ([type, id], say) => {
  if (type === 'REQ') say(['EOSE', id])
}

/** A relay that says whatever a test wants it to say, on a real socket. */
export const startScriptedRelay = async (script: Script = {}): Promise<ScriptedRelay> => {
  const server = createServer((_, response) => {
    if (script.information === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/nostr+json' }).end(JSON.stringify(script.information))
  })
  const sockets = new WebSocketServer({ server })
  const asked: unknown[][] = []
  let connected = 0
  sockets.on('connection', (socket) => {
    connected += 1
    const say = (message: unknown): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString()) as unknown[]
      asked.push(message)
      const answer = script.onMessage ?? endAtOnce
      answer(message, say, socket)
    })
    script.onOpen?.(say, socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `ws://127.0.0.1:${port}`,
    asked,
    connections: () => sockets.clients.size,
    connected: () => connected,
    broadcast: (message) => {
      for (const socket of sockets.clients) socket.send(JSON.stringify(message))
    },
    drop: () => {
      for (const socket of sockets.clients) socket.terminate()
    },
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
