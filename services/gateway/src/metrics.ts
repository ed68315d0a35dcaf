import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export const createMetrics = () => {
  const registry = new Registry()
  const registers = [registry]
  const metrics = {
    registry,
    requests: new Counter({
      name: 'kez_gateway_requests_total',
      help: 'HTTP requests by route and status',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    latency: new Histogram({
      name: 'kez_gateway_request_seconds',
      help: 'Seconds from the first byte of a request to the end of its answer; live streams are left out',
      labelNames: ['route'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    underWay: new Gauge({
      name: 'kez_gateway_requests_under_way',
      help: 'Requests that came in and are not answered; live streams are left out',
      registers,
    }),
    accepted: new Counter({
      name: 'kez_gateway_messages_accepted_total',
      help: 'Messages that are on disk, by the way they came (http or nats) and whether they were new or a duplicate',
      labelNames: ['way', 'outcome'],
      registers,
    }),
    store: new Histogram({
      name: 'kez_gateway_store_seconds',
      help: 'Seconds until JetStream had confirmed that a message is on disk, or refused it',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    delivered: new Counter({
      name: 'kez_gateway_messages_delivered_total',
      help: 'Messages written to live streams: live, as they came, or read, since they had to be read from the log',
      labelNames: ['how'],
      registers,
    }),
    delivery: new Histogram({
      name: 'kez_gateway_delivery_seconds',
      help: 'Seconds from accepting a message, at whichever service, to writing it to a live stream that was open by then',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    catchUp: new Histogram({
      name: 'kez_gateway_catch_up_messages',
      help: 'Messages that a live stream had to read when it was opened, to come up to date',
      buckets: [0, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000],
      registers,
    }),
    busRequests: new Counter({
      name: 'kez_gateway_bus_requests_total',
      help: "Requests over people's own NATS connections, by kind and outcome",
      labelNames: ['request', 'outcome'],
      registers,
    }),
    mailboxFull: new Counter({
      name: 'kez_gateway_mailbox_full_total',
      help: 'Messages refused because there was no room, by what was full',
      labelNames: ['what'],
      registers,
    }),
    rateLimited: new Counter({
      name: 'kez_gateway_rate_limited_total',
      help: 'Requests refused by a limit',
      labelNames: ['limit'],
      registers,
    }),
    streamsOpen: new Gauge({ name: 'kez_gateway_streams_open', help: 'Live inbox streams that are open', registers }),
    streamFills: new Counter({
      name: 'kez_gateway_stream_fills_total',
      help: 'Messages that a live stream had to read from the log, by why',
      labelNames: ['why'],
      registers,
    }),
    slowReaders: new Counter({
      name: 'kez_gateway_slow_readers_closed_total',
      help: 'Live streams closed because the client did not read',
      registers,
    }),
    relaySessions: new Gauge({ name: 'kez_gateway_relay_sessions', help: 'Connections to the home relay', registers }),
    relayBuffered: new Gauge({
      name: 'kez_gateway_relay_buffered_bytes',
      help: 'Bytes that wait for clients of the home relay to read them',
      registers,
    }),
    relayClosed: new Counter({
      name: 'kez_gateway_relay_closed_total',
      help: 'Connections to the home relay that ended, by why',
      labelNames: ['reason'],
      registers,
    }),
    directoryEntries: new Gauge({
      name: 'kez_gateway_directory_people',
      help: 'People in the copy of the directory',
      registers,
    }),
    directorySynced: new Gauge({
      name: 'kez_gateway_directory_synced_at_seconds',
      help: 'When the copy of the directory was last known to be complete, unix seconds',
      registers,
    }),
    directoryMisses: new Counter({
      name: 'kez_gateway_directory_misses_total',
      help: 'Lookups that had to ask the leader of the directory, by whether it knew more',
      labelNames: ['found'],
      registers,
    }),
  }
  // What has not happened yet is 0: a rate of it, and an alert about it, begin with the first time.
  for (const outcome of ['new', 'duplicate'])
    for (const way of ['http', 'nats']) metrics.accepted.inc({ way, outcome }, 0)
  for (const how of ['live', 'read']) metrics.delivered.inc({ how }, 0)
  for (const what of ['messages', 'bytes', 'stream']) metrics.mailboxFull.inc({ what }, 0)
  for (const why of ['history', 'gap', 'slow', 'check']) metrics.streamFills.inc({ why }, 0)
  for (const found of ['yes', 'no']) metrics.directoryMisses.inc({ found }, 0)
  for (const limit of ['post', 'register', 'streams', 'mailbox', 'relay']) metrics.rateLimited.inc({ limit }, 0)
  return metrics
}

export type Metrics = ReturnType<typeof createMetrics>
