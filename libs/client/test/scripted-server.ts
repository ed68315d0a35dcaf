import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export type Answerer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A real HTTP server on a free port that gives prepared answers, one per request; the last one stays. */
export const startScriptedServer = async (...answers: Answerer[]) => {
  const requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const answer = answers[Math.min(requests.length, answers.length - 1)]
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      answer?.(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answerer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const hangUp: Answerer = (request) => request.socket.destroy()
