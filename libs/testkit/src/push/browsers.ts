import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

/** The side of a push service that faces browsers. */
export type Browsers = {
  /** Browsers that are connected now. */
  readonly connected: () => number
  /** Endpoints that browsers have asked for, oldest first. */
  readonly endpoints: readonly string[]
  /** Pushes that a browser has said it took. */
  readonly acknowledged: () => number
  /** Knows no browser any more: each gets a new name when it comes back, and its subscriptions are lost. */
  readonly forget: () => void
  /** Gives a push to its browser, or keeps it until that connects. */
  readonly deliver: (push: { endpoint: string; topic: string | undefined; ttl: number }) => void
  readonly close: () => void
}

type Channel = { readonly uaid: string; readonly channelID: string; readonly endpoint: string }
type Message = Readonly<Record<string, unknown>>

const parse = (data: unknown): Message => {
  try {
    const value: unknown = JSON.parse(String(data))
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
  } catch {
    return {}
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/**
 * Mozilla's push protocol over WebSocket: hello, register, unregister, notification and ack, as Firefox speaks it. What waits for
 * a browser is kept by topic.
 */
export const serveBrowsers = (
  server: Server,
  { subscribe, drop }: { subscribe: (vapidKey?: string) => string; drop: (endpoint: string) => void },
): Browsers => {
  const sockets = new WebSocketServer({ server })
  const online = new Map<string, WebSocket>()
  const channels = new Map<string, Channel>()
  const waiting = new Map<string, Map<string, string>>()
  const endpoints: string[] = []
  let acknowledged = 0
  let forgotten: ReadonlySet<string> = new Set()

  const notify = (socket: WebSocket, channelID: string, version: string): void => {
    socket.send(JSON.stringify({ messageType: 'notification', channelID, version }))
  }

  const hello = (socket: WebSocket, known: string | undefined): string => {
    const uaid = known !== undefined && !forgotten.has(known) ? known : randomBytes(16).toString('hex')
    online.set(uaid, socket)
    socket.once('close', () => {
      if (online.get(uaid) === socket) online.delete(uaid)
    })
    socket.send(JSON.stringify({ messageType: 'hello', status: 200, uaid, use_webpush: true, broadcasts: {} }))
    for (const { uaid: owner, channelID, endpoint } of channels.values()) {
      if (owner !== uaid) continue
      for (const version of waiting.get(endpoint)?.values() ?? []) notify(socket, channelID, version)
      waiting.delete(endpoint)
    }
    return uaid
  }

  const register = (socket: WebSocket, uaid: string, message: Message): void => {
    const channelID = text(message.channelID) ?? ''
    // Firefox pads its base64url.
    const endpoint = subscribe(text(message.key)?.replaceAll('=', ''))
    endpoints.push(endpoint)
    channels.set(endpoint, { uaid, channelID, endpoint })
    socket.send(JSON.stringify({ messageType: 'register', channelID, status: 200, pushEndpoint: endpoint }))
  }

  const unregister = (socket: WebSocket, channelID: unknown): void => {
    for (const [endpoint, channel] of channels)
      if (channel.channelID === channelID) {
        channels.delete(endpoint)
        drop(endpoint)
      }
    socket.send(JSON.stringify({ messageType: 'unregister', channelID, status: 200 }))
  }

  sockets.on('connection', (socket) => {
    let uaid: string | undefined
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const message = parse(data)
      if (message.messageType === 'hello') uaid = hello(socket, text(message.uaid))
      else if (message.messageType === 'register' && uaid) register(socket, uaid, message)
      else if (message.messageType === 'unregister') unregister(socket, message.channelID)
      else if (message.messageType === 'ack')
        acknowledged += Array.isArray(message.updates) ? message.updates.length : 0
      else if (message.messageType === undefined || message.messageType === 'ping') socket.send('{}')
    })
  })

  return {
    connected: () => online.size,
    endpoints,
    acknowledged: () => acknowledged,
    deliver: ({ endpoint, topic, ttl }) => {
      const channel = channels.get(endpoint)
      if (!channel) return
      const version = randomBytes(12).toString('base64url')
      const socket = online.get(channel.uaid)
      if (socket) return notify(socket, channel.channelID, version)
      if (ttl > 0) waiting.set(endpoint, (waiting.get(endpoint) ?? new Map()).set(topic ?? version, version))
    },
    forget: () => {
      forgotten = new Set([...channels.values()].map(({ uaid }) => uaid))
      for (const endpoint of channels.keys()) drop(endpoint)
      channels.clear()
      for (const socket of sockets.clients) socket.terminate()
    },
    close: () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}
