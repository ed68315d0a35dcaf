import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import type { App } from './app.ts'
import { answerInternal, type InternalAnswer } from './internal-route.ts'
import type { InternalTls } from './internal-tls.ts'
import { mergedText } from './metrics/merged-text.ts'
import { processMetrics, readyMetrics } from './metrics/process-metrics.ts'
import type { Bind } from './settings.ts'

export type InternalServer = { port: number; stop(): Promise<void> }

const json = (status: number, value: unknown): InternalAnswer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
})
const text = (status: number, body: string): InternalAnswer => ({ status, type: 'text/plain', body: `${body}\n` })

const readiness = (apps: readonly App[]): InternalAnswer => {
  const reasons = Object.fromEntries(
    apps.map((app) => [app.name, app.notReady()] as const).filter(([, why]) => Object.keys(why).length > 0),
  )
  const ready = Object.keys(reasons).length === 0
  return json(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', reasons })
}

const metrics = async (registries: readonly Registry[]): Promise<InternalAnswer> => {
  try {
    return { status: 200, ...(await mergedText(registries)) }
  } catch {
    return text(500, 'metrics could not be read')
  }
}

const answer = async (
  apps: readonly App[],
  registries: readonly Registry[],
  request: IncomingMessage,
): Promise<InternalAnswer> => {
  const path = (request.url ?? '').split('?', 1)[0]
  const route = apps.flatMap((app) => app.internalRoutes ?? []).find((candidate) => candidate.path === path)
  if (route) return answerInternal(route, request)
  if (request.method !== 'GET') return text(405, 'only GET')
  if (path === '/livez') return json(200, { status: 'ok' })
  if (path === '/readyz') return readiness(apps)
  return path === '/metrics' ? metrics(registries) : text(404, 'not found')
}

/**
 * The internal listener: `GET /metrics`, `/livez` (this process turns) and `/readyz` (its services can work), and what the services offer
 * there themselves. One process may hold several services.
 * @param tls serves https, and takes client certificates where somebody shows one
 */
export const startInternalServer = async (
  apps: readonly App[],
  bind: Bind,
  tls?: InternalTls,
): Promise<InternalServer> => {
  const registries = [...apps.map((app) => app.metrics), readyMetrics(apps), processMetrics()]
  const timeouts = { requestTimeout: 5_000, headersTimeout: 5_000 }
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(apps, registries, request).then(({ status, type, body }) => {
      // What is left of a body that was too long is not read.
      const close = request.complete ? {} : { connection: 'close' }
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...close }).end(body)
    })
  }
  const server = tls
    ? createTlsServer({ ...timeouts, ...tls, requestCert: true, rejectUnauthorized: false }, listener)
    : createServer(timeouts, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(bind.port, bind.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
