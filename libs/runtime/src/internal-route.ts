import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

/** A request on the internal listener, its body read within the route's limit. */
export type InternalRequest = {
  readonly body: Uint8Array
  readonly headers: IncomingMessage['headers']
  /** The caller has shown a client certificate that the listener's authority signed. */
  readonly hasClientCertificate: boolean
}

export type InternalAnswer = { readonly status: number; readonly type: string; readonly body: string }

/** What a service offers on the internal listener besides metrics and probes. It sees to its own authorisation. */
export type InternalRoute = {
  readonly method: 'POST'
  readonly path: string
  readonly maxBytes: number
  handle(request: InternalRequest): Promise<InternalAnswer>
}

const refusal = (status: number, text: string): InternalAnswer => ({ status, type: 'text/plain', body: `${text}\n` })

/** Undefined when the body is longer than `maxBytes`; nothing of it is kept then. */
const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined
  const chunks: Uint8Array[] = []
  let length = 0
  // Left open, so that whoever sent too much still gets the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Answers one request by a route of a service. */
export const answerInternal = async (route: InternalRoute, request: IncomingMessage): Promise<InternalAnswer> => {
  if (request.method !== route.method) return refusal(405, `only ${route.method}`)
  try {
    const body = await readBody(request, route.maxBytes)
    if (!body) return refusal(413, `at most ${route.maxBytes} bytes`)
    const { socket, headers } = request
    return await route.handle({ body, headers, hasClientCertificate: socket instanceof TLSSocket && socket.authorized })
  } catch {
    return refusal(500, 'something went wrong on the server')
  }
}
