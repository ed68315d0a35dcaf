import { createServer, type IncomingHttpHeaders } from 'node:http'
import { gzipSync } from 'node:zlib'

export type Passing = {
  readonly path: string
  readonly asked: IncomingHttpHeaders
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}
type Tampering = (passing: Passing) => Partial<Pick<Passing, 'status' | 'headers' | 'body'>> | undefined

/** Somebody between a server and its visitors, or an operator who serves what they like. */
export const startTamperingProxy = async (target: string) => {
  let tampering: Tampering = () => undefined
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const sent = Object.fromEntries(
      Object.entries(request.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    )
    const answer = await fetch(target + path, { headers: { ...sent, 'accept-encoding': 'identity' } })
    const whole = Buffer.from(await answer.arrayBuffer())
    const headers = Object.fromEntries(answer.headers)
    const passing = { path, asked: request.headers, status: answer.status, headers, body: whole.toString('utf8') }
    const changed = tampering(passing) ?? {}
    const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...kept } = changed.headers ?? headers
    const body = changed.body === undefined ? whole : Buffer.from(changed.body)
    const packs = /gzip/.test(request.headers['accept-encoding'] ?? '')
    response.writeHead(changed.status ?? answer.status, { ...kept, ...(packs ? { 'content-encoding': 'gzip' } : {}) })
    response.end(packs ? gzipSync(body) : body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    /** Until the next one. */
    tamper: (next: Tampering) => {
      tampering = next
    },
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
