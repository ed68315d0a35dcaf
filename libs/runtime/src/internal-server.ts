import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import type { App } from './app.ts'
import type { Bind } from './settings.ts'

export type InternalServer = { port: number; stop(): Promise<void> }

/**
 * The internal listener: `GET /metrics`, `/livez` (this process turns) and `/readyz` (its services can work).
 * One process may hold several services.
 */
export const startInternalServer = async (apps: readonly App[], bind: Bind): Promise<InternalServer> => {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    }
    if (request.method !== 'GET') send(405, 'text/plain', 'only GET\n')
    else if (path === '/livez') send(200, 'application/json', '{"status":"ok"}\n')
    else if (path === '/readyz') {
      const reasons = Object.fromEntries(
        apps.map((app) => [app.name, app.notReady()] as const).filter(([, why]) => Object.keys(why).length > 0),
      )
      const ready = Object.keys(reasons).length === 0
      send(
        ready ? 200 : 503,
        'application/json',
        `${JSON.stringify({ status: ready ? 'ok' : 'unavailable', reasons })}\n`,
      )
    } else if (path === '/metrics') {
      const merged = Registry.merge(apps.map((app) => app.metrics))
      merged.metrics().then(
        (text) => send(200, merged.contentType, text),
        () => send(500, 'text/plain', 'metrics could not be read\n'),
      )
    } else send(404, 'text/plain', 'not found\n')
  })
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
