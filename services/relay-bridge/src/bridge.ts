import { randomUUID } from 'node:crypto'
import type { JetStream } from '@kez-chat/eventlog'
import { createAdmission, createUsage } from '@kez-chat/eventlog/mailbox'
import type { TransportKey } from '@kez-chat/messaging'
import { createTokenBuckets, type Log } from '@kez-chat/runtime'
import { createAddressTable } from './addresses/address-table.ts'
import { followDirectory } from './addresses/follow-directory.ts'
import type { RelayBridgeConfig } from './config.ts'
import { type HomeRelay, startHomeRelay } from './home-relay/home-relay.ts'
import { createPeople } from './home-relay/people.ts'
import { createDeliver } from './inbox/deliver.ts'
import { createIntake } from './inbox/intake.ts'
import type { Metrics } from './metrics.ts'
import type { FlowLimits } from './relays/flow.ts'
import { type Listener, type ListenerTimes, startListener } from './relays/listener.ts'
import { createRelayReport } from './status/report.ts'
import { createVerifyPool } from './verify/pool.ts'
import { createSeenIds } from './verify/seen-ids.ts'

export type BridgeOptions = {
  readonly config: RelayBridgeConfig
  readonly jetstream: JetStream
  readonly key: TransportKey
  readonly metrics: Metrics
  readonly log: Log
  readonly times: ListenerTimes
  readonly flow: FlowLimits
}

export type Bridge = {
  readonly directorySynced: boolean
  stop(): Promise<void>
}

const seenIds = 100_000
const sweepEvery = 60_000
const publishEvery = 10_000
/** ms: a client of the home relay waits for its answer, so it is told sooner that something is away. */
const clientsWaitFor = 3_000

/** Builds everything once, in order, on a connection that is open. Relays are listened on once the directory is read. */
export const createBridge = (options: BridgeOptions): Bridge => {
  const { config, jetstream, metrics, log } = options
  const perHour = (capacity: number) => createTokenBuckets({ capacity, perSecond: capacity / 3_600 })
  const hourlyMessages = perHour(config.mailboxHourlyMessages)
  const hourlyBytes = perHour(config.mailboxHourlyBytes)

  const table = createAddressTable()
  const people = createPeople(jetstream, table.find)
  const pool = createVerifyPool({
    threads: config.relayVerifyThreads,
    onThreadLost: (reason) => {
      metrics.threadsLost.inc()
      log.error({ reason }, 'a verifying thread ended and is replaced')
    },
  })
  const admission = createAdmission({
    usage: createUsage({ jetstream, inboxStreams: config.inboxStreams, maxBytes: config.mailboxBytes }),
    hourlyMessages,
    hourlyBytes,
    onBusy: () => metrics.mailboxRefusals.inc({ limit: 'hourly' }),
    onFull: (_primary, what) => metrics.mailboxRefusals.inc({ limit: what }),
  })
  const onStored = (seconds: number): void => metrics.store.observe(seconds)
  const deliver = createDeliver({ jetstream, admission, onStored, log })
  const serveHomeRelay = (): HomeRelay =>
    startHomeRelay({
      jetstream,
      config,
      people,
      pool,
      deliver: createDeliver({ jetstream, admission, retryFor: clientsWaitFor, onStored, log }),
      metrics: metrics.registry,
      log,
    })
  let homeRelay: HomeRelay | undefined
  const intake = createIntake({
    pool,
    deliver,
    seen: createSeenIds(seenIds),
    // Forgotten when a relay is read again for it.
    refusalsKeptFor: options.times.reread.first / 2,
  })

  const changeListeners = new Set<() => void>()
  const onChange = (listener: () => void): (() => void) => {
    changeListeners.add(listener)
    return () => void changeListeners.delete(listener)
  }
  const shared = {
    ...options,
    owner: `${randomUUID()}`,
    table,
    onChange,
    feedFrom: config.relayFeedFrom,
    intake,
  }
  const reports = config.relays.map((url) => createRelayReport(url, jetstream, metrics))
  let listeners: Listener[] | undefined
  const startListening = (): void => {
    listeners = config.relays.flatMap((url, i) => {
      const report = reports[i]
      return report ? [startListener(url, shared, report)] : []
    })
  }

  const watch = followDirectory(jetstream, table, {
    log,
    onEntry: people.take,
    onChange: () => {
      homeRelay ??= serveHomeRelay()
      if (!listeners) startListening()
      for (const listener of [...changeListeners]) listener()
    },
  })

  metrics.onCollect(() => {
    metrics.addresses.set(table.size)
    metrics.addressBytes.set(table.bytes)
    metrics.verifyWaiting.set(pool.waiting)
    metrics.verifyCpu.set(pool.cpuSeconds)
    for (const report of reports) report.collect()
  })
  const sweeper = setInterval(() => {
    for (const buckets of [hourlyMessages, hourlyBytes]) buckets.sweep()
  }, sweepEvery)
  const publisher = setInterval(() => {
    for (const report of reports) void report.publish()
  }, publishEvery)

  return {
    get directorySynced() {
      return watch.synced
    },
    stop: async () => {
      clearInterval(sweeper)
      clearInterval(publisher)
      await watch.stop()
      await homeRelay?.stop()
      await Promise.all((listeners ?? []).map((listener) => listener.stop()))
      await pool.stop()
    },
  }
}
