import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One keep-alive connection that posts and waits, with as little work of its own as can be. */
export type HttpConnection = {
  post(path: string, body: string): Promise<{ status: number; body: string }>
  close(): void
}

/** Opens a connection to `http://host:port`. Answers must carry `content-length`. */
export const openHttpConnection = async (baseUrl: string): Promise<HttpConnection> => {
  const { hostname, port, host } = new URL(baseUrl)
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let received = ''
  let waiting:
    | { resolve: (answer: { status: number; body: string }) => void; reject: (error: Error) => void }
    | undefined
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received += chunk
    const head = received.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0)
    if (received.length < head + 4 + length) return
    const answer = { status: Number(received.slice(9, 12)), body: received.slice(head + 4, head + 4 + length) }
    received = received.slice(head + 4 + length)
    waiting?.resolve(answer)
  })
  socket.on('error', (error) => waiting?.reject(error))
  socket.on('close', () => waiting?.reject(new Error('the server closed the connection')))
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        )
      }),
    close: () => socket.destroy(),
  }
}
