import { createServer } from 'node:http'
import { type Filter, type IncomingMessage, LogLevel } from '@nostr-relay/common'
import { NostrRelay } from '@nostr-relay/core'
import { type WebSocket, WebSocketServer } from 'ws'
import { listen } from './http-counterpart.ts'
import { EventsInMemory, type SignedNostrEvent } from './nostr-events.ts'

/** `silent` takes questions and never answers; `huge` sends one message of 2 MiB; `garbage` no message of nostr. */
export type RelayFault = 'silent' | 'rate_limited' | 'refusing' | 'huge' | 'garbage'

export type RelayCounterpart = {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string
  /** Stores an event as if somebody had sent it; refused ones throw. */
  readonly publish: (event: SignedNostrEvent) => Promise<void>
  /** Shows an event to everybody who asks without having checked it: a relay that lies. */
  readonly forge: (event: SignedNostrEvent) => void
  readonly fault: (kind?: RelayFault) => void
  readonly stop: () => Promise<void>
}

class EventRefused extends Error {
  override readonly name = 'EventRefused'
}

const answers: Record<RelayFault, (subscription: string) => string | undefined> = {
  silent: () => undefined,
  rate_limited: (subscription) => JSON.stringify(['CLOSED', subscription, 'rate-limited: slow down there chief']),
  refusing: (subscription) => JSON.stringify(['CLOSED', subscription, 'auth-required: we only serve our users']),
  huge: (subscription) => JSON.stringify(['EVENT', subscription, { content: 'x'.repeat(2 * 1024 * 1024) }]),
  garbage: () => '{"hello":',
}

/** A real relay of another author on a free port of 127.0.0.1. */
export const startRelayCounterpart = async (): Promise<RelayCounterpart> => {
  const relay = new NostrRelay(new EventsInMemory(), { logLevel: LogLevel.ERROR, filterResultCacheTtl: 0 })
  const forged: SignedNostrEvent[] = []
  let fault: RelayFault | undefined

  const handle = async (client: WebSocket, text: string): Promise<void> => {
    const message = JSON.parse(text) as IncomingMessage | [string, string, ...Filter[]]
    const [type, subscription] = message
    if (type === 'REQ' && fault !== undefined) {
      const said = answers[fault](String(subscription))
      if (said !== undefined) client.send(said)
      return
    }
    if (type === 'REQ') for (const event of forged) client.send(JSON.stringify(['EVENT', subscription, event]))
    await relay.handleMessage(client, message as IncomingMessage)
  }

  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (client) => {
    relay.handleConnection(client, '127.0.0.1')
    client.on('error', () => undefined)
    client.on('close', () => relay.handleDisconnect(client))
    client.on('message', (data) => {
      handle(client, data.toString()).catch((error: unknown) => client.send(JSON.stringify(['NOTICE', String(error)])))
    })
  })
  const port = await listen(server)

  return {
    url: `ws://127.0.0.1:${port}`,
    publish: async (event) => {
      const { success, message } = await relay.handleEvent(event)
      if (!success) throw new EventRefused(message ?? 'the relay refuses the event')
    },
    forge: (event) => void forged.push(event),
    fault: (kind) => {
      fault = kind
    },
    stop: async () => {
      for (const client of sockets.clients) client.terminate()
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await relay.destroy()
    },
  }
}
