import {
  boundedRestart,
  findNatsServer,
  type SupervisionEvent,
  startEmbeddedNats,
  startEmbeddedPostgres,
} from '@kez-chat/embedded'
import type { Cleanup } from './cleanup.ts'
import type { Progress } from './progress.ts'
import type { Environment } from './services.ts'

export type ServerContext = {
  readonly env: Environment
  readonly folder: string
  readonly progress: Progress
  readonly cleanup: Cleanup
  readonly report: (event: SupervisionEvent) => void
}

export const natsPorts = { client: 4222, websocket: 8443, monitor: 8222 }
const postgresPort = 54_329
const database = 'kez_chat'

/** Starts NATS unless there is one already; returns the settings by which the services reach it. */
export const provideNats = async ({ env, folder, progress, cleanup, report }: ServerContext) => {
  if (env.NATS_URL) return { env: {}, ports: undefined }
  let what = 'Looking for nats-server'
  const found = await progress.step(
    () => what,
    () =>
      findNatsServer({
        env,
        onStep: (step) => {
          what = step
        },
      }),
  )
  const nats = await progress.step('Starting NATS', () =>
    startEmbeddedNats({
      folder,
      binary: found.path,
      inboxStreams: Number(env.KEZ_INBOX_STREAMS || 1),
      ports: natsPorts,
      restart: boundedRestart,
      report,
    }),
  )
  cleanup.add('NATS', nats.stop)
  const seeds = Object.entries(nats.keys.users).map(([user, { seedFile }]) => [
    `KEZ_${user.toUpperCase().replaceAll('-', '_')}_NATS_SEED_FILE`,
    seedFile,
  ])
  const { issuer, xkey } = nats.keys.callout
  return {
    env: {
      NATS_URL: nats.url,
      KEZ_AUTH_ISSUER_SEED_FILE: issuer.seedFile,
      KEZ_AUTH_XKEY_SEED_FILE: xkey.seedFile,
      ...Object.fromEntries(seeds),
    },
    ports: nats.ports,
  }
}

/** Starts Postgres unless there is one already; returns the setting by which the services reach it. */
export const providePostgres = async ({ env, folder, progress, cleanup, report }: ServerContext) => {
  if (env.DATABASE_URL || env.DATABASE_URL_FILE) return { env: {}, port: undefined, address: undefined }
  const postgres = await progress.step('Starting Postgres', () =>
    startEmbeddedPostgres({ folder, port: postgresPort, databases: [database], restart: boundedRestart, report }),
  )
  cleanup.add('Postgres', postgres.stop)
  return {
    env: { DATABASE_URL: postgres.url(database) },
    port: postgres.port,
    address: `127.0.0.1:${postgres.port}/${database}`,
  }
}
