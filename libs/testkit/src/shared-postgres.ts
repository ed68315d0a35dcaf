import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { launchPostgres } from './postgres-launch.ts'

const variable = 'KEZ_TEST_POSTGRES_BROKER'

/**
 * Offers one Postgres to the worker processes of this run. It is started when the first of them asks, so that a run
 * without a database does not pay for one.
 */
export const offerSharedPostgres = async (): Promise<() => Promise<void>> => {
  const path = `/${randomBytes(16).toString('hex')}`
  let postgres: ReturnType<typeof launchPostgres> | undefined
  const broker = createServer((request, response) => {
    if (request.url !== path) return void response.writeHead(404).end()
    postgres ??= launchPostgres()
    postgres.then(
      (server) => response.end(server.adminUrl()),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => {
    broker.listen(0, '127.0.0.1', resolve)
  })
  const address = broker.address()
  const port = typeof address === 'object' && address ? address.port : 0
  process.env[variable] = `http://127.0.0.1:${port}${path}`
  return async () => {
    delete process.env[variable]
    broker.close()
    broker.closeAllConnections()
    const running = await postgres?.catch(() => undefined)
    await running?.stop()
  }
}

/** The superuser's connection string to the run's shared Postgres; undefined when nothing offers one. */
export const sharedPostgresUrl = async (): Promise<string | undefined> => {
  const broker = process.env[variable]
  if (!broker) return undefined
  const response = await fetch(broker, { signal: AbortSignal.timeout(120_000) })
  const text = await response.text()
  if (!response.ok) throw new Error(`The tests' Postgres did not start: ${text}`)
  return text
}
