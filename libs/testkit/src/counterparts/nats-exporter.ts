import { createServer } from 'node:http'
import { listen } from './http-counterpart.ts'
import { exporterPage, type NodeReports } from './nats-exporter-page.ts'

export type NatsExporterCounterpart = {
  /** `127.0.0.1:<port>`, as a target of Prometheus; the page is at `/metrics`. */
  readonly target: string
  readonly stop: () => Promise<void>
}

const timeoutMs = 5_000

const report = async (url: string): Promise<unknown> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  return answer.json()
}

/**
 * Serves a nats-server's live figures the way prometheus-nats-exporter does when the official Helm chart runs it. Like that one it
 * always answers: while the node is away its last figures stay, but for those of JetStream, which are missing.
 */
export const startNatsExporterCounterpart = async (monitorUrl: string): Promise<NatsExporterCounterpart> => {
  let last: NodeReports | undefined
  const read = async (): Promise<NodeReports> => {
    const [varz, jsz, connz, routez, subsz] = await Promise.all([
      report(`${monitorUrl}/varz`),
      report(`${monitorUrl}/jsz?consumers=true&config=true&raft=true`),
      report(`${monitorUrl}/connz`),
      report(`${monitorUrl}/routez`),
      report(`${monitorUrl}/subsz`),
    ])
    return { varz, jsz, connz, routez, subsz }
  }
  const server = createServer((_request, response) => {
    read()
      .then((reports) => {
        last = reports
        return exporterPage(reports)
      })
      .catch(() => (last ? exporterPage({ ...last, jsz: undefined }) : ''))
      .then((page) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page))
  })
  const port = await listen(server)
  return {
    target: `127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
