import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { keptSecret, openDataFolder, type SupervisionEvent } from '@kez-chat/embedded'
import {
  type App,
  type Bind,
  createLog,
  kind,
  loadSettings,
  readInternalTls,
  startInternalServer,
  startTracing,
  tracingSettings,
} from '@kez-chat/runtime'
import { publicUrl } from '../../services/gateway/src/public-url.ts'
import { noteAddresses } from './addresses.ts'
import type { Running } from './banner.ts'
import type { Cleanup } from './cleanup.ts'
import { firstInvite } from './first-invite.ts'
import { checkPort } from './ports.ts'
import type { Progress } from './progress.ts'
import { provideNats, providePostgres, type ServerContext } from './servers.ts'
import { openServiceLog } from './service-log.ts'
import { type Environment, services } from './services.ts'
import { buildWebApp, webApp } from './web-build.ts'

export type StackOptions = {
  readonly root: string
  readonly env: Environment
  readonly progress: Progress
  /** Everything that is started is added here, also when a later part fails. */
  readonly cleanup: Cleanup
  readonly report: (event: SupervisionEvent) => void
  /** Aborted when the start is to be given up. */
  readonly signal: AbortSignal
}

/** The services started but cannot do their work; the message says why. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError'
}

const readyTimeoutMs = 60_000

/** Starts everything in order: data folder, web app, NATS, Postgres, services. */
export const startStack = async (options: StackOptions): Promise<Running> => {
  const { root, env: given, progress, cleanup, signal } = options
  const folder = await openDataFolder({
    path: given.KEZ_DATA_DIR || join(root, '.kez'),
    domain: given.KEZ_CHAT_SERVER || undefined,
    onWait: progress.say,
  })
  cleanup.add('The data folder', folder.lock.release)
  const publicBind = kind.bind.parse(given.KEZ_CHAT_BIND || '0.0.0.0:6969')
  const internalBind = kind.bind.parse(given.KEZ_INTERNAL_BIND || '127.0.0.1:6970')
  await checkPort(publicBind, { flag: '--bind', env: 'KEZ_CHAT_BIND' })
  await checkPort(internalBind, { flag: '--internal-bind', env: 'KEZ_INTERNAL_BIND' })
  if (!given.KEZ_CHAT_WEB_DIR && !webApp().isCurrent) await progress.step('Building the web app', buildWebApp)
  signal.throwIfAborted()

  const context: ServerContext = {
    env: given,
    folder: folder.path,
    progress,
    cleanup,
    report: (event) => {
      if (event.kind === 'started') folder.lock.noteChild(event.name, event.ref)
      options.report(event)
    },
  }
  const nats = await provideNats(context)
  signal.throwIfAborted()
  const postgres = await providePostgres(context)
  signal.throwIfAborted()

  const operatorSecretFile = join(folder.path, 'keys', 'operator.secret')
  keptSecret(operatorSecretFile)
  const env = {
    KEZ_OPERATOR_SECRET_FILE: operatorSecretFile,
    KEZ_VAPID_KEYS_FILE: join(folder.path, 'keys', 'vapid.json'),
    KEZ_RELAY_KEY_FILE: join(folder.path, 'keys', 'relay-bridge.key'),
    ...nats.env,
    ...postgres.env,
    ...withoutEmpty(given),
    KEZ_CHAT_SERVER: folder.domain,
  }
  const apps = await startServices(env, internalBind, context)
  const isTls = Boolean(env.KEZ_INTERNAL_TLS_CERT_FILE)
  noteAddresses(folder.path, cleanup, { nats: env.NATS_URL, postgres: postgres.address, internalBind, isTls })
  const origin = publicUrl(folder.domain, publicBind.port)
  return {
    domain: folder.domain,
    dataFolder: folder.path,
    isNew: folder.isNew,
    publicBind,
    internalBind,
    nats: nats.ports,
    postgresPort: postgres.port,
    firstInvite: env.KEZ_REGISTRATION === 'invite' ? await firstInvite(apps, origin) : undefined,
  }
}

const startServices = async (env: Environment, internalBind: Bind, context: ServerContext): Promise<readonly App[]> => {
  const { folder, progress, cleanup } = context
  const destination = openServiceLog(folder, progress.say)
  cleanup.add('The log', destination.close)
  const level = kind.logLevel.parse(env.KEZ_LOG_LEVEL || 'info')
  const wanted = env.KEZ_AUTH_ISSUER_SEED_FILE ? services : services.filter(({ name }) => name !== 'auth')
  if (wanted.length < services.length)
    progress.say(
      "  People's own programs cannot log in to your NATS: it has no auth responder (docs/native-clients.md).",
    )
  // One process, so one name for all of them.
  const tracing = await startTracing(
    'kez-chat',
    loadSettings(tracingSettings, env),
    createLog('traces', level, destination),
  )
  cleanup.add('Traces', tracing.stop)
  const apps: App[] = wanted.map(({ name, create }) => create(env, createLog(name, level, destination)))
  await progress.step('Starting the services', async () => {
    for (const app of apps) {
      cleanup.add(app.name, app.stop)
      await app.start()
    }
    await untilReady(apps)
  })
  const tls = await readInternalTls({
    internalTlsCertFile: env.KEZ_INTERNAL_TLS_CERT_FILE,
    internalTlsKeyFile: env.KEZ_INTERNAL_TLS_KEY_FILE,
    internalTlsClientCaFile: env.KEZ_INTERNAL_TLS_CLIENT_CA_FILE,
  })
  const internal = await startInternalServer(apps, internalBind, tls)
  cleanup.add('The internal listener', internal.stop)
  return apps
}

const untilReady = async (apps: readonly App[]): Promise<void> => {
  const waiting = () => apps.filter((app) => Object.keys(app.notReady()).length > 0)
  const end = performance.now() + readyTimeoutMs
  while (waiting().length > 0) {
    if (performance.now() > end) {
      const reasons = waiting().map((app) => `${app.name}: ${Object.values(app.notReady()).join(', ')}`)
      throw new NotReadyError(`The services did not become ready. ${reasons.join('; ')}`)
    }
    await sleep(50)
  }
}

const withoutEmpty = (env: Environment) => Object.fromEntries(Object.entries(env).filter(([, value]) => value))
