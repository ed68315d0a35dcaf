import { ConsumerRequest, inboxOwner, maxBodyBytes, PostMessageBody } from '@kez-chat/contracts'
import { openDirectory } from '@kez-chat/directory'
import type { JetStream } from '@kez-chat/eventlog'
import { createAdmission, createUsage } from '@kez-chat/eventlog/mailbox'
import { createTokenBuckets, type InternalRoute, type Log, type NotReady } from '@kez-chat/runtime'
import { createOwnerChangesGuard } from './auth/owner-changes.ts'
import { createOwnerReadsGuard } from './auth/owner-reads.ts'
import { createUsedSignatures } from './auth/used-signatures.ts'
import { followAcknowledgements } from './bus/acknowledgements.ts'
import { createConsumers } from './bus/consumers.ts'
import { servePeople } from './bus/serve-people.ts'
import type { GatewayConfig } from './config.ts'
import { connectionRoutes } from './connection/routes.ts'
import { createPeople } from './directory/people.ts'
import { doctorRoute } from './doctor/route.ts'
import { healthRoutes } from './health/routes.ts'
import { createHomeRelay } from './home-relay/home-relay.ts'
import { homeRelayRoutes } from './home-relay/routes.ts'
import { listen } from './http/listen.ts'
import { createHttpServer } from './http/server.ts'
import { createReadNotes } from './inbox/read-notes.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { inviteRoutes } from './invites/routes.ts'
import { limitPerAddress } from './limits/per-address.ts'
import { createProfiles } from './lookup/profile.ts'
import { lookupRoutes } from './lookup/routes.ts'
import { createAccept } from './messages/accept.ts'
import { messageRoutes } from './messages/routes.ts'
import type { Metrics } from './metrics.ts'
import { describeRoutes, openapiRoutes } from './openapi/routes.ts'
import { createProofResults } from './proofs/checks.ts'
import { proofRoutes } from './proofs/routes.ts'
import { publicUrl } from './public-url.ts'
import { pushDoctorRoute } from './push/doctor.ts'
import { pushRoutes } from './push/routes.ts'
import { registerRoutes } from './register/routes.ts'
import { relayRoutes } from './relays/routes.ts'
import { createRelayStates } from './relays/states.ts'
import { createAppendToChain } from './sigchains/append.ts'
import { openChains } from './sigchains/read.ts'
import { sigchainRoutes } from './sigchains/routes.ts'
import { createStreams } from './stream/open-streams.ts'
import { streamRoutes } from './stream/routes.ts'
import { transportRoutes } from './transport/routes.ts'
import { webRoutes } from './web/routes.ts'
import { wellKnownRoutes } from './well-known/routes.ts'

export type GatewayOptions = {
  config: GatewayConfig
  version: string
  jetstream: JetStream
  metrics: Metrics
  log: Log
  notReady: () => NotReady
}

export type Gateway = {
  listen(): Promise<void>
  readonly port: number
  readonly directorySynced: boolean
  readonly internalRoutes: readonly InternalRoute[]
  /** Every route that exists, as `METHOD /pattern`. */
  readonly routes: ReadonlySet<string>
  stop(): Promise<void>
}

const sweepEvery = 60_000
const finishWithin = 10_000

/** Builds everything once, in order, on a connection that is open. */
export const createGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { config, version, jetstream, metrics, log, notReady } = options
  const { server, inboxStreams } = config
  const { nc } = jetstream
  const port = (): number => {
    const address = app.server.address()
    return typeof address === 'object' && address ? address.port : config.bind.port
  }
  const ownUrl = (): string => publicUrl(server, port())

  const perMinute = (capacity: number, rate: number) => createTokenBuckets({ capacity, perSecond: rate / 60 })
  const personSends = perMinute(config.postBurst, config.postRatePerMinute)
  const consumerRequests = perMinute(60, 60)
  const perHour = (capacity: number) => createTokenBuckets({ capacity, perSecond: capacity / 3600 })
  const posts = perMinute(config.postBurst, config.postRatePerMinute)
  const registrations = perMinute(config.registerRatePerMinute, config.registerRatePerMinute)
  const appends = perMinute(config.chainRatePerMinute, config.chainRatePerMinute)
  const chainReads = perMinute(config.chainReadRatePerMinute, config.chainReadRatePerMinute)
  const relayVisits = perMinute(config.relayVisitsPerMinute, config.relayVisitsPerMinute)
  const strangerBytes = perHour(config.strangerChainBytes)
  const hourlyMessages = perHour(config.mailboxHourlyMessages)
  const hourlyBytes = perHour(config.mailboxHourlyBytes)
  const pushTests = perMinute(5, 1)
  const pushReceipts = perMinute(60, 60)
  const invitesIssued = perMinute(20, 20)
  const allBuckets = [
    posts,
    personSends,
    consumerRequests,
    registrations,
    appends,
    chainReads,
    relayVisits,
    strangerBytes,
    hourlyMessages,
    hourlyBytes,
    pushTests,
    pushReceipts,
    invitesIssued,
  ]
  const sweeper = setInterval(() => {
    for (const buckets of allBuckets) buckets.sweep()
  }, sweepEvery).unref()

  const directory = openDirectory(jetstream, {
    log,
    observer: {
      changed: (entry) => {
        if (entry.status === 'barred' || entry.status === 'revoked') streams.endOf(inboxOwner(entry))
      },
      size: (people) => metrics.directoryEntries.set(people),
      synced: () => metrics.directorySynced.set(Date.now() / 1000),
      missed: (found) => metrics.directoryMisses.inc({ found: found ? 'yes' : 'no' }),
    },
  })
  const chains = openChains(jetstream)
  const people = createPeople(directory, chains)
  const usedSignatures = createUsedSignatures(jetstream)
  const profileOf = createProfiles(() => config.sigServerUrl ?? ownUrl(), createProofResults(jetstream, log))
  const usage = createUsage({ jetstream, inboxStreams, maxBytes: config.mailboxBytes })
  const reads = createReadNotes(jetstream, log)
  const streams = createStreams({
    jetstream,
    directory,
    usage,
    inboxStreams,
    perPerson: config.streamsPerPerson,
    perAddress: config.streamsPerAddress,
    reads,
    metrics,
    log,
  })
  const homeRelay = createHomeRelay({
    jetstream,
    url: () => `${ownUrl().replace(/^http/, 'ws')}/relay`,
    perAddress: config.relaySessionsPerAddress,
    sessions: config.relaySessions,
    metrics,
  })
  const admission = createAdmission({
    usage,
    hourlyMessages,
    hourlyBytes,
    onBusy: () => metrics.rateLimited.inc({ limit: 'mailbox' }),
    onFull: (primary, what) => {
      metrics.mailboxFull.inc({ what })
      if (what === 'stream') return
      streams.tellFull(primary).catch((error: unknown) => log.debug({ err: error }, 'a full mailbox could not be told'))
    },
  })
  const accept = createAccept({ jetstream, directory, admission, server, inboxStreams, metrics, log })

  const bus = { nc, people, metrics, log }
  const consumers = createConsumers({ jetstream, inboxStreams, perPerson: config.consumersPerPerson, usage })

  const { app, registered } = createHttpServer({
    trustedProxies: config.trustedProxies,
    guards: {
      'owner-reads': createOwnerReadsGuard(people, server),
      'owner-changes': createOwnerChangesGuard(people, server),
    },
    joinCallers: config.tracesJoinCallers,
    metrics,
    log,
  })
  describeRoutes(app, version)
  app.after(() => {
    healthRoutes(app, { server, version, registration: config.registration, notReady })
    connectionRoutes(app)
    const limitRegistrations = limitPerAddress(registrations, 'register', metrics)
    registerRoutes(app, { nc, profileOf, mode: config.registration, limit: limitRegistrations })
    inviteRoutes(app, {
      ...{ nc, usedSignatures, metrics },
      limitIssued: invitesIssued,
      limitChecks: limitRegistrations,
    })
    lookupRoutes(app, { people, profileOf })
    wellKnownRoutes(app, { people, profileOf, server, publicUrl: ownUrl })
    proofRoutes(app, { nc, profileOf, usedSignatures })
    transportRoutes(app, { nc, server, profileOf, usedSignatures })
    messageRoutes(app, { accept, limit: limitPerAddress(posts, 'post', metrics) })
    inboxRoutes(app, { jetstream, inboxStreams, usage, usedSignatures, reads })
    streamRoutes(app, streams)
    sigchainRoutes(app, {
      chains,
      append: createAppendToChain({ nc, chains, directory, strangerBytes, metrics }),
      limitReads: limitPerAddress(chainReads, 'read_chain', metrics),
      limitAppends: limitPerAddress(appends, 'append_chain', metrics),
    })
    pushRoutes(app, {
      nc,
      usedSignatures,
      limitTests: pushTests,
      limitReceipts: limitPerAddress(pushReceipts, 'push_receipt', metrics),
      metrics,
    })
    homeRelayRoutes(app, {
      relay: homeRelay,
      server,
      version,
      limit: limitPerAddress(relayVisits, 'relay_visits', metrics),
    })
    relayRoutes(app, createRelayStates(jetstream, log))
    openapiRoutes(app)
    webRoutes(app, { webDir: config.webDir, cspConnect: config.cspConnect ?? [] })
  })
  await app.ready()
  const busServers = [
    servePeople(bus, {
      name: 'send',
      schema: PostMessageBody,
      maxBytes: maxBodyBytes,
      limit: personSends,
      handle: (message) => accept(message, 'nats'),
    }),
    servePeople(bus, {
      name: 'consumer',
      schema: ConsumerRequest,
      maxBytes: 4_096,
      limit: consumerRequests,
      handle: consumers,
    }),
  ]
  const acknowledgements = followAcknowledgements(nc, inboxStreams, reads)
  await nc.flush()

  return {
    routes: registered,
    internalRoutes: [pushDoctorRoute({ nc, people }), doctorRoute({ nc, server, notReady })],
    get directorySynced() {
      return directory.synced
    },
    get port() {
      return port()
    },
    listen: () => listen(app, config.bind),
    stop: async () => {
      clearInterval(sweeper)
      streams.stop()
      await Promise.all(busServers.map((server) => server.stop()))
      homeRelay.stop()
      acknowledgements.stop()
      // Requests under way finish; connections that still do nothing after that are cut.
      const cut = setTimeout(() => app.server.closeAllConnections(), finishWithin)
      await app.close()
      clearTimeout(cut)
      await reads.stop()
      await directory.stop()
    },
  }
}
