import { setTimeout as sleep } from 'node:timers/promises'
import { bucketName, streamName } from '@kez-chat/contracts'
import { waitForStreams } from '@kez-chat/directory'
import { openJetStream } from '@kez-chat/eventlog'
import {
  type App,
  connectNats,
  createLog,
  createServiceMetrics,
  createTokenBuckets,
  type Log,
  type NatsConnection,
  type NotReady,
  readSeedFile,
} from '@kez-chat/runtime'
import packageJson from '../../package.json' with { type: 'json' }
import { createAdmit } from './admit.ts'
import { type Answer, createAnswer } from './answer.ts'
import { createAuditId } from './audit-id.ts'
import type { AuthConfig, AuthSecrets } from './config.ts'
import { createDisconnector, type Disconnector } from './disconnector.ts'
import { authRoute } from './internal-route.ts'
import { type AuthKeys, readAuthKeys } from './keys.ts'
import { createMetrics } from './metrics.ts'
import { type KnownPersons, openPersons } from './persons.ts'
import { type Responder, startResponder } from './responder.ts'

const name = 'auth'

/** The auth responder: decides who may log in to NATS, as what, and for how long (architecture §5). */
export const createApp = (config: AuthConfig, _secrets: AuthSecrets, overrides: { log?: Log } = {}): App => {
  const log = overrides.log ?? createLog(name, config.logLevel)
  const serverTimeout = config.serverTimeoutSeconds * 1000
  const metrics = createMetrics({
    depth: () => responder?.depth ?? 0,
    serverTimeoutSeconds: config.serverTimeoutSeconds,
    queueLimit: config.queueLimit,
  })
  const shared = createServiceMetrics(metrics.register, { service: name, version: packageJson.version })
  const connections: NatsConnection[] = []
  let keys: AuthKeys | undefined
  let persons: KnownPersons | undefined
  let disconnector: Disconnector | undefined
  let responder: Responder | undefined
  let answer: Answer | undefined
  let stopped: Promise<void> | undefined

  const connect = async (user: string, seedFile: string): Promise<NatsConnection> => {
    const seed = await readSeedFile(seedFile)
    const { natsUrl: url, natsCaFile: caFile } = config
    const nc = await connectNats({ name: user, url, seed, caFile, observer: shared.nats(user) }, log)
    connections.push(nc)
    return nc
  }

  const untilSynced = async (known: KnownPersons): Promise<void> => {
    while (!known.synced && !stopped) await sleep(20)
  }

  const start = async (): Promise<void> => {
    keys = await readAuthKeys(config)
    const { issuers, issuerSeeds, xkeys } = keys
    const auditIds = issuerSeeds.map(createAuditId)
    const auditId = createAuditId(issuerSeeds[0])
    const jetstream = await openJetStream(await connect('auth-reader', config.readerSeedFile))
    await waitForStreams(jetstream, [streamName.chains, `KV_${bucketName.directory}`], log)
    const kicks = await connect('auth-kick', config.kickSeedFile)
    const ending = createDisconnector({ nc: kicks, auditIds, metrics, serverTimeout, log })
    disconnector = ending
    persons = openPersons({
      jetstream,
      metrics,
      log,
      onEnded: (primary) => {
        if (responder) ending.end(primary)
      },
      onSynced: () => ending.endAll(persons?.ended() ?? []),
    })
    await untilSynced(persons)
    answer = createAnswer({
      issuers,
      admit: createAdmit({
        rules: { server: config.server, allowIdentityNkey: config.allowIdentityNkey },
        persons,
        auditId,
        scale: { inboxStreams: config.inboxStreams, consumersPerPerson: config.consumersPerPerson },
        limit: createTokenBuckets({ capacity: config.loginsPerMinute, perSecond: config.loginsPerMinute / 60 }),
        seconds: config.jwtSeconds,
      }),
    })
    const nc = await connect('auth', config.natsSeedFile)
    responder = startResponder({ nc, xkeys, answer, metrics, queueLimit: config.queueLimit, serverTimeout, log })
    await nc.flush()
    ending.endAll(persons.ended())
    log.info({ server: config.server }, 'the auth responder answers')
  }

  const stop = async (): Promise<void> => {
    await responder?.stop()
    await Promise.all([persons?.stop(), disconnector?.stop()])
    for (const nc of connections) if (!nc.isClosed()) await nc.close()
  }

  const notReady = (): NotReady => {
    if (!responder || !persons) return { start: 'not started' }
    if (stopped) return { auth: 'stopping' }
    const reasons: NotReady = {}
    if (connections.some((nc) => nc.isClosed())) reasons.nats = 'not connected'
    if (!persons.synced) reasons.directory = 'the copy is not complete yet'
    return reasons
  }

  return {
    name,
    start,
    notReady,
    metrics: metrics.register,
    internalRoutes: [
      authRoute({
        answer: () => (stopped ? undefined : answer),
        secret: () => keys?.httpSecret,
        metrics,
        log,
      }),
    ],
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
