import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type HttpFault, misbehave } from './http-faults.ts'

export type HttpRequest = { readonly host: string; readonly url: URL; readonly headers: IncomingMessage['headers'] }
export type HttpReply = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export type HttpCounterpart = {
  readonly origin: string
  /** What was asked so far, oldest first. */
  readonly requests: readonly HttpRequest[]
  /** From now on every request meets this fault; without one all is well again. */
  readonly fault: (kind?: HttpFault) => void
  readonly stop: () => Promise<void>
}

export const listen = (server: Server, port = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })

export type HttpCounterpartOptions = {
  /** The answer to somebody who asks too often. */
  readonly limited?: () => HttpReply
  /** Pages of any origin may read the answers. */
  readonly cors?: boolean
}

const tooMany = (): HttpReply => ({ status: 429, headers: { 'retry-after': '60' }, body: 'Too Many Requests' })

/** One HTTP service on a free port of 127.0.0.1, the way it answers when well and when it has had enough. */
export const startHttpCounterpart = async (
  answer: (request: HttpRequest) => HttpReply,
  { limited = tooMany, cors = false }: HttpCounterpartOptions = {},
): Promise<HttpCounterpart> => {
  const requests: HttpRequest[] = []
  let fault: HttpFault | undefined
  const server = createServer((incoming, response) => {
    const host = incoming.headers.host ?? ''
    const request = { host, url: new URL(incoming.url ?? '/', 'http://counterpart'), headers: incoming.headers }
    requests.push(request)
    if (cors) response.setHeader('access-control-allow-origin', '*')
    if (fault !== undefined && fault !== 'rate_limited') return misbehave(fault, response)
    const { status, headers, body } = fault === undefined ? answer(request) : limited()
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(body)
  })
  const port = await listen(server)
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    fault: (kind) => {
      fault = kind
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
})
