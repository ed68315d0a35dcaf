import { join } from 'node:path'
import { freePort } from '@kez-chat/embedded'
import { startTestNats, type TestNats } from './nats.ts'
import { startTestPostgres } from './postgres.ts'
import { type ServiceProcess, serviceProcess } from './service-process.ts'

export type StackOptions = {
  /** Folder with the built web app; none = the gateway's own default. */
  readonly webDir?: string
  /** More settings for every service, as environment variables. */
  readonly env?: Readonly<Record<string, string>>
}

const names = ['registry', 'auth', 'push', 'relay-bridge', 'gateway'] as const
type Name = (typeof names)[number]

export type Stack = {
  /** Where people reach it, e.g. `http://localhost:12345`: a secure context for browsers. */
  readonly url: string
  /** The domain in handles. */
  readonly server: string
  /** Each service's own listener for metrics and probes. */
  readonly internalUrl: Readonly<Record<Name, string>>
  readonly nats: TestNats
  /** Each can be stopped, killed and started again by itself. */
  readonly services: Readonly<Record<Name, ServiceProcess>>
  readonly stop: () => Promise<void>
}

const takePorts = async (): Promise<Record<Name | 'public', number>> => {
  const taken = new Set<number>()
  const next = async (): Promise<number> => {
    const port = await freePort(undefined, '127.0.0.1', taken)
    taken.add(port)
    return port
  }
  return {
    public: await next(),
    gateway: await next(),
    registry: await next(),
    auth: await next(),
    push: await next(),
    'relay-bridge': await next(),
  }
}

/** The whole server as in production: NATS, Postgres and four service processes on free ports of the loopback. */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()])
  const databaseUrl = await postgres.createDatabase()
  const ports = await takePorts()
  const server = 'localhost'
  const env = {
    KEZ_CHAT_SERVER: server,
    KEZ_CHAT_BIND: `127.0.0.1:${ports.public}`,
    KEZ_LOG_LEVEL: 'info',
    KEZ_VAPID_KEYS_FILE: join(nats.dir, 'vapid.json'),
    KEZ_AUTH_READER_NATS_SEED_FILE: nats.seedFiles['auth-reader'],
    KEZ_AUTH_KICK_NATS_SEED_FILE: nats.seedFiles['auth-kick'],
    KEZ_AUTH_ISSUER_SEED_FILE: nats.callout.issuer.seedFile,
    KEZ_AUTH_XKEY_SEED_FILE: nats.callout.xkey.seedFile,
    NATS_URL: nats.url,
    DATABASE_URL: databaseUrl,
    ...(options.webDir === undefined ? {} : { KEZ_CHAT_WEB_DIR: options.webDir }),
    ...options.env,
  }
  const service = (name: Name): ServiceProcess => {
    const upper = name.toUpperCase().replaceAll('-', '_')
    const own = {
      [`KEZ_${upper}_NATS_SEED_FILE`]: nats.seedFiles[name],
      KEZ_INTERNAL_BIND: `127.0.0.1:${ports[name]}`,
    }
    return serviceProcess(name, { ...env, ...own }, `http://127.0.0.1:${ports[name]}/readyz`)
  }
  const services = {
    registry: service('registry'),
    auth: service('auth'),
    push: service('push'),
    'relay-bridge': service('relay-bridge'),
    gateway: service('gateway'),
  }
  const stop = async (): Promise<void> => {
    for (const name of names.toReversed()) await services[name].stop()
    await nats.stop()
    await postgres.stop()
  }
  try {
    // The registry makes the directory that the others wait for.
    await services.registry.start()
    await Promise.all([
      services.auth.start(),
      services.push.start(),
      services['relay-bridge'].start(),
      services.gateway.start(),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  const at = (name: Name): string => `http://127.0.0.1:${ports[name]}`
  const internalUrl = {
    registry: at('registry'),
    auth: at('auth'),
    push: at('push'),
    'relay-bridge': at('relay-bridge'),
    gateway: at('gateway'),
  }
  return { url: `http://localhost:${ports.public}`, server, internalUrl, nats, services, stop }
}
