import type { JetStream } from '@kez-chat/eventlog'
import { createTokenBuckets, type Log } from '@kez-chat/runtime'
import type { Registry } from 'prom-client'
import type { Deliver } from '../inbox/deliver.ts'
import type { VerifyPool } from '../verify/pool.ts'
import { createAccept } from './accept.ts'
import { converse } from './conversation.ts'
import { createHistory } from './history.ts'
import { createKeptEvents } from './kept-events.ts'
import { createLane } from './lane.ts'
import { openLive } from './live.ts'
import { createMailCounts } from './mail-counts.ts'
import { createHomeRelayMetrics } from './metrics.ts'
import type { People } from './people.ts'
import type { HomeRelayConfig } from './settings.ts'
import { createStore } from './store.ts'
import { createTakeBack } from './take-back.ts'
import { serveTunnel } from './tunnel.ts'

export type HomeRelayOptions = {
  jetstream: JetStream
  config: HomeRelayConfig
  people: People
  pool: VerifyPool
  /** Should give up within a few seconds: somebody waits for the answer. */
  deliver: Deliver
  metrics: Registry
  log: Log
}

export type HomeRelay = { stop(): Promise<void> }

const readsAtOnce = 16
const sweepEvery = 60_000

/**
 * The home server's own nostr relay: what comes for people is also in their inboxes, and a person reads only their own. Its
 * streams exist, and the directory has been read.
 */
export const startHomeRelay = (options: HomeRelayOptions): HomeRelay => {
  const { jetstream, config, people, pool, deliver, log } = options

  const perMinute = (rate: number) => createTokenBuckets({ capacity: rate, perSecond: rate / 60 })
  const events = perMinute(config.relayEventsPerMinute)
  const questions = perMinute(config.relayQuestionsPerMinute)
  const sweeper = setInterval(() => {
    events.sweep()
    questions.sweep()
  }, sweepEvery).unref()

  const live = openLive(jetstream)
  const history = createHistory(
    jetstream,
    createLane(readsAtOnce),
    createKeptEvents(),
    (key) => people.byTransportKey(key) !== undefined,
  )
  const store = createStore(jetstream)
  const takeBack = createTakeBack(jetstream, store)
  const counts = createMailCounts(jetstream)
  const accept = createAccept({ people, pool, deliver, store, takeBack, counts, log })
  const metrics = createHomeRelayMetrics(options.metrics, () => tunnel.sessions)
  const tunnel = serveTunnel({
    jetstream,
    maxSessions: config.relayBridgeSessions,
    accept: (client) => converse(client, { people, pool, accept, history, live, events, questions, metrics, log }),
    log,
  })

  return {
    stop: async () => {
      clearInterval(sweeper)
      await tunnel.stop()
      live.stop()
    },
  }
}
