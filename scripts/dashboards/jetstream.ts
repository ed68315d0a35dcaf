import type { DashboardSpec } from './dashboard.ts'
import { fullness, increase, max, min, nats, ofDurables, ours, quantile, rate, stream, sum } from './expressions.ts'
import { graph, stat } from './panel.ts'

/** How far the copy of a stream that is furthest behind is behind its leader. */
const behind = `${max(nats('nats_stream_last_seq'), 'stream_name')} - ${min(nats('nats_stream_last_seq'), 'stream_name')}`

export const jetstream: DashboardSpec = {
  uid: 'kez-chat-jetstream',
  title: 'kez-chat: JetStream',
  about:
    'The cluster of NATS, its streams and the consumers of our services. Streams and consumers are told by their leaders alone.',
  rows: [
    {
      title: 'Nodes',
      panels: [
        stat({
          title: 'Nodes that answer',
          shows: 'Exporters of NATS that Prometheus reaches.',
          todo: 'Fewer than you run: kubectl get pods, or docker compose ps. A cluster of three goes on with two, and takes nothing with one.',
          queries: [[sum(`up{job=~"$nats", namespace=~"$namespace"}`), 'nodes']],
          limits: { critical: 1, falling: true },
          alerts: ['KezNatsDown', 'KezNatsNodeMissing'],
        }),
        stat({
          title: 'Who leads JetStream',
          shows: 'Nodes that say that they are the leader of JetStream: exactly one.',
          todo: '0 for longer than a few seconds: fewer than half of the nodes see each other, and no stream can be made or changed.',
          queries: [[`count(${nats('nats_server_total_streams', 'is_meta_leader="true"')}) or vector(0)`, 'leaders']],
          limits: { critical: 1, falling: true },
          alerts: ['KezJetStreamNoMetaLeader'],
        }),
        stat({
          title: 'Disk used, the fullest node',
          shows: 'Of what JetStream may take.',
          todo: 'A larger disk, then restart NATS. Which stream: Bytes, below.',
          unit: 'percentunit',
          decimals: 1,
          queries: [
            [
              max(
                `${nats('nats_varz_jetstream_stats_storage')} / (${nats('nats_varz_jetstream_config_max_storage')} > 0)`,
              ),
              'used',
            ],
          ],
          limits: { warning: 0.85, alert: 'KezJetStreamNearlyFull' },
          alerts: ['KezJetStreamFilling'],
        }),
        stat({
          title: 'Slow consumers, in 15 minutes',
          shows:
            'Connections that a node of NATS ended since they did not read what it sent; the node that ended most.',
          todo: 'Of ours: a process without CPU (dashboard delivery, event loop). Of people: their own network; nothing is lost, they read again.',
          queries: [[max(increase(nats('nats_varz_slow_consumers'), '15m')), 'ended']],
          limits: { warning: 10, alert: 'KezSlowConsumers' },
        }),
        stat({
          title: 'Connections',
          shows: 'Clients of all nodes, our services among them.',
          todo: 'Nothing, unless it falls to the handful that our services have: then people cannot log in (dashboard auth).',
          queries: [[sum(nats('nats_varz_connections')), 'connections']],
        }),
        stat({
          title: 'Dead letters',
          shows: 'Events that a service has given up.',
          todo: 'kez admin dead-letters list, show, then retry or drop.',
          queries: [[max(stream('nats_stream_total_messages', 'stream_name="DEAD_LETTERS"')), 'letters']],
          limits: { warning: 1, alert: 'KezDeadLetters' },
        }),
        graph({
          title: 'Messages a second, by node',
          shows: 'What clients and other nodes send to each node.',
          todo: 'One node at 0 while others work: it has no clients; look at its log and its routes.',
          unit: 'cps',
          queries: [[sum(rate(nats('nats_varz_in_msgs')), 'server_id'), '{{server_id}}']],
        }),
        graph({
          title: 'CPU, by node',
          shows: 'Percent of one core.',
          todo: 'All cores used: inboxes over more streams, or larger machines. One node alone leads everything: nats stream cluster step-down.',
          unit: 'percent',
          queries: [[max(nats('nats_varz_cpu'), 'server_id'), '{{server_id}}']],
        }),
        graph({
          title: 'Memory, by node',
          shows: 'Resident memory of each nats-server.',
          todo: 'Each message id that could come twice costs about 343 bytes for 50 hours (KEZ_DUPLICATE_WINDOW_HOURS).',
          unit: 'bytes',
          queries: [[max(nats('nats_varz_mem'), 'server_id'), '{{server_id}}']],
        }),
      ],
    },
    {
      title: 'Streams',
      panels: [
        graph({
          title: 'Stored a second',
          shows: 'By stream: how fast its last sequence grows.',
          todo: 'Nothing by itself. INBOX at 0 while gateways accept would be a fault: there is none without the other.',
          unit: 'cps',
          queries: [[max(rate(stream('nats_stream_last_seq')), 'stream_name'), '{{stream_name}}']],
        }),
        graph({
          title: 'Messages',
          shows: 'How many each stream holds.',
          todo: 'INBOX keeps 30 days, less what devices have confirmed; one that only grows is devices that never come.',
          queries: [[max(stream('nats_stream_total_messages'), 'stream_name'), '{{stream_name}}']],
        }),
        graph({
          title: 'Bytes',
          shows: 'What each stream takes of the disk, once; a cluster keeps it three times.',
          todo: 'The one that grows says what to free or where to raise a limit (kez admin streams).',
          unit: 'bytes',
          queries: [[max(stream('nats_stream_total_bytes'), 'stream_name'), '{{stream_name}}']],
        }),
        graph({
          title: 'How full, of what a stream may hold',
          shows: 'Bytes as a share of the limit, for streams that have one.',
          todo: 'INBOX at 100 %: nobody gets messages. KEZ_INBOX_STREAM_BYTES, then kez admin streams apply.',
          unit: 'percentunit',
          queries: [[fullness, '{{stream_name}}']],
          alerts: ['KezInboxStoreFull'],
        }),
        graph({
          title: 'Copies',
          shows: 'On how many nodes each stream is: 1 on a single server, 3 in a cluster.',
          todo: 'Fewer than 3 in a cluster: a node is away. While it is 2, losing one more stops writing; bring the node back.',
          queries: [[`count by (stream_name) (${nats('nats_stream_last_seq')})`, '{{stream_name}}']],
          alerts: ['KezStreamReplicasMissing', 'KezStreamNoLeader'],
        }),
        graph({
          title: 'Copies: how far the last is behind',
          shows: 'Sequences between the leader of a stream and the copy that is furthest behind, as they were read.',
          todo: 'A short peak under load is normal. One that stays: the node catches up (after a restart) or its disk is slow.',
          queries: [[behind, '{{stream_name}}']],
          limits: { warning: 1_000, alert: 'KezStreamReplicaBehind' },
        }),
      ],
    },
    {
      title: 'Consumers of our services',
      panels: [
        graph({
          title: 'Wait to be delivered',
          shows: 'Events that a durable consumer has not got yet.',
          todo: 'Grows: its service is down, stuck or too slow; dashboard push for push, the log of the registry for the others.',
          queries: [ofDurables('nats_consumer_num_pending')],
          limits: { warning: 500, alert: 'KezConsumerBehind' },
          alerts: ['KezRegistryReactionStopped'],
        }),
        graph({
          title: 'Delivered and not acknowledged',
          shows: 'What our services work on just now; at most 512 for each consumer.',
          todo: 'At 512 for long: the service does not come on, or what it needs (Postgres) is away.',
          queries: [ofDurables('nats_consumer_num_ack_pending')],
        }),
        graph({
          title: 'Delivered again',
          shows: 'Events that were delivered more than once and are not acknowledged yet.',
          todo: 'Stays above 0: an event fails again and again. After 60 times it becomes a dead letter if others work.',
          queries: [ofDurables('nats_consumer_num_redelivered')],
          limits: { warning: 1, alert: 'KezRedeliveries' },
          alerts: ['KezDeadLetters'],
        }),
        graph({
          title: 'The same, as the services are told',
          shows: 'Events behind those that a service took last; it stays as it was while the service cannot read.',
          todo: 'Differs from what NATS says: that service is not connected.',
          queries: [[max(ours('kez_reaction_pending_events'), 'reaction', 'stream'), '{{stream}} {{reaction}}']],
        }),
        graph({
          title: 'From stored to done (99 of 100)',
          shows: 'How old events are when a durable consumer is done with them. directory waits a second on purpose.',
          todo: 'Far above a second with nothing pending: the service was away, and has caught up.',
          unit: 's',
          queries: [[quantile(0.99, ours('kez_reaction_event_age_seconds_bucket'), 'reaction'), '{{reaction}}']],
        }),
        graph({
          title: 'Until on disk, as services measure it',
          shows: 'From publishing to the confirmation of JetStream, 99 of 100.',
          todo: 'Above half a second: the disk (iostat -x 1), or a node of the cluster that is slow; a single server flushes each message.',
          unit: 's',
          limits: { warning: 0.5, critical: 2 },
          queries: [
            [quantile(0.99, ours('kez_gateway_store_seconds_bucket')), 'gateway'],
            [quantile(0.99, ours('kez_relay_bridge_store_seconds_bucket')), 'relay-bridge'],
            [quantile(0.99, ours('kez_registry_append_seconds_bucket')), 'registry'],
          ],
        }),
      ],
    },
  ],
}
