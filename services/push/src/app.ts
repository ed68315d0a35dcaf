import { commandSubject, DeadLetterCommand } from '@kez-chat/contracts'
import { createDeadLetterDesk, type JetStream, openJetStream, type Reaction } from '@kez-chat/eventlog'
import type { Database } from '@kez-chat/eventlog/postgres'
import {
  type App,
  type CommandServer,
  connectNats,
  createLog,
  createServiceMetrics,
  type Log,
  type NotReady,
  readSeedFile,
  serveCommand,
} from '@kez-chat/runtime'
import packageJson from '../package.json' with { type: 'json' }
import { allowedHosts, type PushConfig, type PushSecrets, subjectOf } from './config.ts'
import { openPushDatabase, pushSchema, type Tables } from './db/database.ts'
import { serveDoctor } from './doctor/report.ts'
import { serveTestPush } from './doctor/test-push.ts'
import { createMetrics } from './metrics.ts'
import { createConnections } from './sending/connections.ts'
import { createDeliveries, type DeliveryOptions } from './sending/deliveries.ts'
import { createDispatcher } from './sending/dispatcher.ts'
import { sentAtOnce } from './sending/gate.ts'
import { createPost } from './sending/post.ts'
import { createSend } from './sending/send.ts'
import { serveSubscriptions } from './subscriptions/commands.ts'
import { createSubscriptionStore } from './subscriptions/store.ts'
import { loadVapidKeys } from './vapid/key-file.ts'
import { isRealSubject } from './vapid/subject.ts'
import { createVapidTokens } from './vapid/tokens.ts'
import { startAlarm } from './wakes/alarm.ts'
import { listenToInboxes } from './wakes/listen.ts'
import { createReads } from './wakes/reads.ts'
import { createWakeStore } from './wakes/store.ts'

export type Overrides = {
  log?: Log
  /** The clock of the wakes, unix ms. */
  now?: () => number
  deliveries?: DeliveryOptions
}

/** The push service: it wakes the devices of people who have got something, and says why when that does not work. */
export const createApp = (config: PushConfig, { databaseUrl }: PushSecrets, overrides: Overrides = {}): App => {
  const log = overrides.log ?? createLog('push', config.logLevel)
  let database: Database<Tables> | undefined
  let jetstream: JetStream | undefined
  let reactions: readonly Reaction[] = []
  /** What is to be stopped, in the order in which it was started. */
  const endings: (() => Promise<void> | void)[] = []
  const metrics = createMetrics(() => database?.kysely)
  const shared = createServiceMetrics(metrics.registry, { service: 'push', version: packageJson.version })
  shared.postgres(pushSchema, () => database?.use())

  const notFollowing = (): string[] =>
    reactions.flatMap((reaction) => {
      const { state, reason } = reaction.status()
      return state === 'following' ? [] : [reason ?? state]
    })

  const notReady = (): NotReady => {
    if (!jetstream?.isConnected()) return { nats: 'not connected' }
    const [why] = notFollowing()
    return why === undefined ? {} : { inboxes: why }
  }

  const start = async (): Promise<void> => {
    const keys = await loadVapidKeys(config.vapidKeysFile)
    const seed = await readSeedFile(config.natsSeedFile)
    const opened = await openPushDatabase(databaseUrl, log)
    database = opened
    const { kysely: db } = opened
    endings.push(() => opened.close())
    const { natsUrl: url, natsCaFile: caFile } = config
    const nc = await connectNats({ name: 'push', url, seed, caFile, observer: shared.nats('push') }, log)
    endings.push(() => nc.close())
    jetstream = await openJetStream(nc)

    const vapidKeys = [keys.publicKey, ...keys.previous.map(({ publicKey }) => publicKey)]
    const subject = subjectOf(config)
    if (!isRealSubject(subject))
      log.warn(
        { subject },
        'Apple refuses pushes with this contact: set KEZ_VAPID_SUBJECT to a mailto: or https: URL under a public name',
      )
    const hosts = allowedHosts(config)
    const connections = createConnections({ counterparts: config.pushCounterparts, maxPerOrigin: sentAtOnce })
    endings.push(() => connections.close())
    const post = createPost(connections)
    const tokens = createVapidTokens([keys, ...keys.previous], subject)
    const send = createSend({ post, tokens, allowedHosts: hosts, onAttempt: metrics.onAttempt })

    const dispatcher = createDispatcher({
      deliveries: createDeliveries(db, overrides.deliveries),
      send,
      onDelivered: metrics.onDelivered,
      log,
    })
    endings.push(() => dispatcher.stop())
    metrics.watch(() => dispatcher.underWay)
    const wakes = createWakeStore(db, createReads(jetstream), metrics.onDecided, overrides.now)
    const alarm = startAlarm(wakes, dispatcher.nudge, log)
    endings.push(() => alarm.stop())
    const store = createSubscriptionStore(db)
    const servers: CommandServer[] = [
      ...serveSubscriptions({ nc, store, vapidKeys, allowedHosts: hosts, log }),
      serveTestPush({ nc, store, send, currentKey: keys.publicKey, log }),
      serveDoctor({ nc, db, store, post, subject, vapidKeys, notFollowing, log }),
    ]
    endings.push(async () => {
      await Promise.all(servers.map((server) => server.stop()))
    })
    const { inboxStreams } = config
    reactions = listenToInboxes({
      ...{ jetstream, inboxStreams, wakes, log },
      onWake: dispatcher.nudge,
      observer: (stream) => shared.reaction('push', stream),
    })
    endings.push(async () => {
      await Promise.all(reactions.map((reaction) => reaction.stop()))
    })
    const [reaction] = reactions
    const desk = createDeadLetterDesk(jetstream, reaction ? { push: reaction.handle } : {}, log)
    const letters = { subject: commandSubject.pushDeadLetter, queue: 'push', schema: DeadLetterCommand, log }
    const dead = serveCommand(nc, letters, desk)
    endings.push(() => dead.stop())
    await nc.flush()
    log.info('push is ready')
  }

  return {
    name: 'push',
    metrics: metrics.registry,
    notReady,
    start,
    stop: async () => {
      for (const end of endings.splice(0).toReversed()) await end()
    },
  }
}
