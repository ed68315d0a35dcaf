import { join } from 'node:path'
import type { TestNats } from './nats.ts'
import { type ServiceProcess, serviceProcess } from './service-process.ts'

/** In the order in which they are started: the registry makes the directory that the others wait for. */
export const serviceNames = ['registry', 'auth', 'push', 'relay-bridge', 'gateway'] as const
export type ServiceName = (typeof serviceNames)[number]

export type StackOptions = {
  /** Folder with the built web app; none = the gateway's own default. */
  readonly webDir?: string
  /** More settings for every service, as environment variables. */
  readonly env?: Readonly<Record<string, string>>
}

export type Stack = {
  /** Where people reach it, e.g. `http://localhost:12345`: a secure context for browsers. */
  readonly url: string
  /** The domain in handles. */
  readonly server: string
  readonly nats: TestNats
  /** The services' database, with its password. */
  readonly databaseUrl: string
  /** Each can be stopped, killed and started again by itself. */
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>
  /** Where each answers its probes and metrics. */
  readonly internal: Readonly<Record<ServiceName, string>>
  /** Starts one more process of a service, perhaps with settings of its own. */
  readonly addReplica: (
    name: Exclude<ServiceName, 'gateway'>,
    env?: Readonly<Record<string, string>>,
  ) => Promise<ServiceProcess>
  readonly stop: () => Promise<void>
}

/** The domain in the handles of a stack. */
export const stackServer = 'localhost'

export type StackBase = {
  readonly nats: TestNats
  readonly databaseUrl: string
  /** What people reach. */
  readonly publicPort: number
  readonly options: StackOptions
}

/** Starts nothing yet: a process of one service, with its own port for probes and, of a gateway, for people. */
export const stackService = (
  { nats, databaseUrl, publicPort, options }: StackBase,
  name: ServiceName,
  ports: { readonly internal: number; readonly http?: number },
  more: Readonly<Record<string, string>> = {},
): ServiceProcess => {
  const env = {
    KEZ_CHAT_SERVER: stackServer,
    KEZ_CHAT_BIND: `127.0.0.1:${ports.http ?? publicPort}`,
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
    [`KEZ_${name.toUpperCase().replaceAll('-', '_')}_NATS_SEED_FILE`]: nats.seedFiles[name],
    KEZ_INTERNAL_BIND: `127.0.0.1:${ports.internal}`,
    ...more,
  }
  return serviceProcess(name, env, `http://127.0.0.1:${ports.internal}/readyz`)
}
