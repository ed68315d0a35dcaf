import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../counterparts/http-counterpart.ts'
import { type Browsers, serveBrowsers } from './browsers.ts'
import { type CheckedPush, checkPush, type PushRefusal } from './check-push.ts'

/** What a push meets from now on. A number is a status. `stall` never answers, `reset` breaks off. */
export type PushFault =
  | 'reset'
  | 'stall'
  | { readonly status: number; readonly retryAfter?: string; readonly body?: string }

export type ReceivedPush = CheckedPush & {
  readonly endpoint: string
  readonly at: number
  /** Length of the body. */
  readonly bytes: number
}

export type PushServiceOptions = {
  /** The host names under which it gives out endpoints; the first by default. */
  readonly hosts?: readonly string[]
  /** Told of each push that was taken. */
  readonly onPush?: (push: ReceivedPush) => void
}

export type PushService = {
  readonly origin: string
  /** For `KEZ_PUSH_COUNTERPARTS`. */
  readonly counterparts: string
  /** For Firefox's `dom.push.serverURL`. */
  readonly browserUrl: string
  /** A subscription as a browser would get it, bound to a VAPID key. */
  readonly subscribe: (vapidKey?: string, host?: string) => string
  /** The subscription is no more: from now on 410. */
  readonly drop: (endpoint: string) => void
  /** Sets the fault of an endpoint, of a host, or of everything; without a fault all is well again. */
  readonly fault: (fault?: PushFault, where?: string) => void
  /** Pushes that were taken, oldest first. */
  readonly pushes: readonly ReceivedPush[]
  readonly pushesTo: (endpoint: string) => ReceivedPush[]
  /** Every request, taken or not, by endpoint. */
  readonly attempts: ReadonlyMap<string, number>
  /** What was wrong with pushes that were refused for what they are. */
  readonly refusals: readonly PushRefusal[]
  /** The most requests to one endpoint that were ever under way at once. */
  readonly mostAtOnce: () => number
  readonly browsers: Browsers
  readonly stop: () => Promise<void>
}

const maxBody = 4_096

const readLength = async (request: IncomingMessage): Promise<number> => {
  let length = 0
  for await (const chunk of request) length += chunk.length
  return length
}

/** A push service (RFC 8030 with RFC 8292), and the WebSocket by which Firefox gets what was pushed. */
export const startPushService = async (options: PushServiceOptions = {}): Promise<PushService> => {
  const { hosts = ['push.test'], onPush } = options
  const bound = new Map<string, string | undefined>()
  const dropped = new Set<string>()
  const faults = new Map<string, PushFault>()
  const pushes: ReceivedPush[] = []
  const refusals: PushRefusal[] = []
  const attempts = new Map<string, number>()
  const underWay = new Map<string, number>()
  let most = 0

  const answerFault = (fault: PushFault, response: ServerResponse): void => {
    if (fault === 'stall') return
    if (fault === 'reset') return void response.socket?.resetAndDestroy()
    const { status, retryAfter, body = '' } = fault
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end(body)
  }

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const endpoint = `https://${request.headers.host ?? ''}${request.url ?? ''}`
    attempts.set(endpoint, (attempts.get(endpoint) ?? 0) + 1)
    const now = (underWay.get(endpoint) ?? 0) + 1
    underWay.set(endpoint, now)
    most = Math.max(most, now)
    response.once('close', () => underWay.set(endpoint, (underWay.get(endpoint) ?? 1) - 1))
    const bytes = await readLength(request)
    const fault = faults.get(endpoint) ?? faults.get(request.headers.host ?? '') ?? faults.get('')
    if (fault !== undefined) return answerFault(fault, response)
    if (request.method !== 'POST' || !bound.has(endpoint)) return void response.writeHead(404).end()
    if (dropped.has(endpoint)) return void response.writeHead(410).end()
    const checked =
      bytes > maxBody
        ? { status: 413 as const, body: 'too large' }
        : checkPush(request.headers, bound.get(endpoint), Date.now())
    if ('status' in checked) {
      refusals.push(checked)
      return void response.writeHead(checked.status).end(checked.body)
    }
    const push = { ...checked, endpoint, at: Date.now(), bytes }
    pushes.push(push)
    response.writeHead(201, { location: `${endpoint}/m/${pushes.length}`, ttl: String(checked.ttl) }).end()
    browsers.deliver(push)
    onPush?.(push)
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  const subscribe = (vapidKey?: string, host = hosts[0] ?? ''): string => {
    const endpoint = `https://${host}/wpush/v2/${randomBytes(24).toString('base64url')}`
    bound.set(endpoint, vapidKey)
    return endpoint
  }
  const drop = (endpoint: string): void => void dropped.add(endpoint)
  const browsers = serveBrowsers(server, { subscribe, drop })
  const port = await listen(server)
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    counterparts: hosts.map((host) => `${host}=${origin}`).join(','),
    browserUrl: `ws://127.0.0.1:${port}/`,
    subscribe,
    drop,
    fault: (fault, where = '') => {
      if (fault === undefined) faults.delete(where)
      else faults.set(where, fault)
    },
    pushes,
    pushesTo: (endpoint) => pushes.filter((push) => push.endpoint === endpoint),
    attempts,
    refusals,
    mostAtOnce: () => most,
    browsers,
    stop: () =>
      new Promise((resolve) => {
        browsers.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
