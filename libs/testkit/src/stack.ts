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
  readonly nats: TestNats
  /** The services' database, with its password. */
  readonly databaseUrl: string
  /** Each can be stopped, killed and started again by itself. */
  readonly services: Readonly<Record<Name, ServiceProcess>>
  /** Where each answers its probes and metrics. */
  readonly internal: Readonly<Record<Name, string>>
  /** Starts one more process of a service, perhaps with settings of its own. */
  readonly addReplica: (
    name: Exclude<Name, 'gateway'>,
    env?: Readonly<Record<string, string>>,
  ) => Promise<ServiceProcess>
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
    ...nats.authEnv,
    KEZ_RELAY_KEY_FILE: join(nats.dir, 'relay-bridge.key'),
    // Tests name relays of their own; nothing here reaches for the public ones.
    KEZ_RELAYS: 'none',
    NATS_URL: nats.url,
    DATABASE_URL: databaseUrl,
    ...(options.webDir === undefined ? {} : { KEZ_CHAT_WEB_DIR: options.webDir }),
    ...options.env,
  }
  const service = (name: Name, port = ports[name], more: Readonly<Record<string, string>> = {}): ServiceProcess => {
    const upper = name.toUpperCase().replaceAll('-', '_')
    const own = {
      [`KEZ_${upper}_NATS_SEED_FILE`]: nats.seedFiles[name],
      KEZ_INTERNAL_BIND: `127.0.0.1:${port}`,
    }
    return serviceProcess(name, { ...env, ...own, ...more }, `http://127.0.0.1:${port}/readyz`)
  }
  const internal = {
    registry: `http://127.0.0.1:${ports.registry}`,
    auth: `http://127.0.0.1:${ports.auth}`,
    push: `http://127.0.0.1:${ports.push}`,
    'relay-bridge': `http://127.0.0.1:${ports['relay-bridge']}`,
    gateway: `http://127.0.0.1:${ports.gateway}`,
  }
  const replicas: ServiceProcess[] = []
  const services = {
    registry: service('registry'),
    auth: service('auth'),
    push: service('push'),
    'relay-bridge': service('relay-bridge'),
    gateway: service('gateway'),
  }
  const addReplica: Stack['addReplica'] = async (name, more) => {
    const port = await freePort(undefined, '127.0.0.1', new Set(Object.values(ports)))
    const replica = service(name, port, more)
    replicas.push(replica)
    await replica.start()
    return replica
  }
  const stop = async (): Promise<void> => {
    for (const replica of replicas) await replica.stop()
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
  return { url: `http://localhost:${ports.public}`, server, nats, databaseUrl, services, internal, addReplica, stop }
}
