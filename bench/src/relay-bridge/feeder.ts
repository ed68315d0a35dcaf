import { WebSocketServer } from 'ws'

/** A relay that hands every event to everybody who listens. */
export type Feeder = { url: string; readonly listeners: number; feed(event: object): void; stop(): void }

export const startFeeder = async (): Promise<Feeder> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  let subscription: unknown
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const [type, id]: unknown[] = JSON.parse(data.toString())
      if (type !== 'REQ') return
      subscription = id
      socket.send(JSON.stringify(['EOSE', id]))
    })
  })
  await new Promise<void>((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `ws://127.0.0.1:${port}`,
    get listeners() {
      return subscription === undefined ? 0 : server.clients.size
    },
    feed: (event) => {
      const text = JSON.stringify(['EVENT', subscription, event])
      for (const socket of server.clients) socket.send(text)
    },
    stop: () => {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}
