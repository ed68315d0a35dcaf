import type { ServerResponse } from 'node:http'

type Misbehaviour =
  | 'slow'
  | 'huge'
  | 'huge_without_length'
  | 'broken'
  | 'garbage'
  | 'compressed'
  | 'cut_off'
  | 'redirect_forever'

/** What can go wrong at any HTTP service. `rate_limited` answers as the very service does. */
export type HttpFault = Misbehaviour | 'rate_limited' | { readonly redirectTo: string }

const CHUNK = Buffer.alloc(64 * 1024, 'x')
const HUGE = 8 * 1024 * 1024

const flood = (response: ServerResponse, headers: Record<string, string>): void => {
  response.writeHead(200, { 'content-type': 'text/plain', ...headers })
  let sent = 0
  const more = (): void => {
    if (response.destroyed) return
    if (sent >= HUGE) {
      response.end()
      return
    }
    sent += CHUNK.length
    if (response.write(CHUNK)) setImmediate(more)
    else response.once('drain', more)
  }
  more()
}

const answers: Record<Misbehaviour, (response: ServerResponse) => void> = {
  slow: (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).write('{')
  },
  huge: (response) => flood(response, { 'content-length': String(HUGE) }),
  huge_without_length: (response) => flood(response, {}),
  broken: (response) => {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error')
  },
  garbage: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('<!doctype html><p>Welcome</p>')
  },
  compressed: (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from('1f8b', 'hex'))
  },
  cut_off: (response) => {
    response.destroy()
  },
  redirect_forever: (response) => {
    response.writeHead(301, { location: '/again' }).end()
  },
}

/** Gives the answer of a service that is not well. */
export const misbehave = (kind: Exclude<HttpFault, 'rate_limited'>, response: ServerResponse): void => {
  if (typeof kind === 'object') response.writeHead(302, { location: kind.redirectTo }).end()
  else answers[kind](response)
}
