import type { DashboardSpec } from './dashboard.ts'
import { fullness, increase, max, min, nats, ofDurables, ours, quantile, rate, stream, sum } from './expressions.ts'
import { graph, stat, table } from './panel.ts'

const delivery = ours('kez_gateway_delivery_seconds_bucket')
const fromRelays = `${sum(rate(ours('kez_relay_bridge_events_accepted_total')))} - ${sum(rate(ours('kez_relay_bridge_events_duplicate_total')))}`
const failing = `${sum(rate(ours('kez_gateway_requests_total', 'status=~"5.."')))} / ${sum(rate(ours('kez_gateway_requests_total')))}`
const used = nats('nats_varz_jetstream_stats_storage')
const most = nats('nats_varz_jetstream_config_max_storage')

export const overview: DashboardSpec = {
  uid: 'kez-chat-overview',
  title: 'kez-chat: overview',
  about: 'Do messages flow, where do they wait, is something on fire, is there room. Each panel says what to do.',
  rows: [
    {
      title: 'Do messages flow?',
      panels: [
        stat({
          title: 'Accepted',
          shows: 'Messages a second that are on disk for the first time, by whichever way they came.',
          todo: 'None in hours when people write: look at Failing requests and at JetStream. None at night is no news.',
          unit: 'cps',
          decimals: 2,
          queries: [
            [
              `${sum(rate(ours('kez_gateway_messages_accepted_total', 'outcome="new"')))} + (${fromRelays} or vector(0))`,
              'accepted',
            ],
          ],
          more: 'kez-chat-delivery',
        }),
        stat({
          title: 'Delivered',
          shows:
            'Messages a second that were written to live streams. One message goes to every device that is open, and to none where none is.',
          todo: 'Accepted and not delivered, with streams open: look at Where do they wait. With no stream open it is normal.',
          unit: 'cps',
          decimals: 2,
          queries: [[sum(rate(ours('kez_gateway_messages_delivered_total'))), 'delivered']],
          more: 'kez-chat-delivery',
        }),
        stat({
          title: 'Accepted to delivered (99 of 100)',
          shows: 'Within this time 99 of 100 messages are at a device that is open.',
          todo: 'Above 2.5 s compare with "Until on disk": slow there is the disk or the cluster of NATS; fast there is a gateway without CPU (dashboard delivery, event loop).',
          unit: 's',
          limits: { warning: 2.5, alert: 'KezDeliverySlow' },
          queries: [[quantile(0.99, delivery), 'p99']],
          more: 'kez-chat-delivery',
        }),
        stat({
          title: 'Failing requests',
          shows: 'The share of HTTP requests that end with a fault of ours (5xx).',
          todo: '503 is NATS or the registry that does not answer, 507 room, 500 a fault of ours: the dashboard delivery shows which route and status.',
          unit: 'percentunit',
          decimals: 1,
          limits: { critical: 0.02, alert: 'KezGatewayFailing' },
          alerts: ['KezGatewayErrorBudgetBurning'],
          queries: [[`(${failing}) or vector(0)`, '5xx']],
          more: 'kez-chat-delivery',
        }),
        stat({
          title: 'Open streams',
          shows: 'Devices that listen just now, over HTTP and over the home relay.',
          todo: 'A sudden fall to 0 with services up: the proxy or DNS in front. A slow one is evening.',
          queries: [
            [sum(ours('kez_gateway_streams_open')), 'streams'],
            [sum(ours('kez_gateway_relay_sessions')), 'home relay'],
          ],
        }),
        stat({
          title: 'People',
          shows: 'Who is registered, by the directory of the gateways.',
          todo: 'Nothing. If gateways differ, one of them has no complete copy: it says so at /readyz.',
          queries: [[max(ours('kez_gateway_directory_people')), 'people']],
        }),
        graph({
          title: 'Accepted, by way',
          shows:
            'Messages a second that are new and on disk: over HTTP, over people’s own NATS connections, from relays.',
          todo: 'One way that stops while others go on: http is the proxy or gateway, nats the auth responders (dashboard auth), relay the relays (dashboard relays).',
          unit: 'cps',
          stacked: true,
          queries: [
            [sum(rate(ours('kez_gateway_messages_accepted_total', 'outcome="new"')), 'way'), '{{way}}'],
            [fromRelays, 'relay'],
          ],
          more: 'kez-chat-delivery',
        }),
        graph({
          title: 'Delivered to live streams',
          shows:
            'Messages a second that were written to devices: live as they came, or read from the log since a stream had to catch up.',
          todo: 'Much "read" while nobody comes back from away: gateways lose the live feed of NATS. Look at NATS connections below.',
          unit: 'cps',
          stacked: true,
          queries: [[sum(rate(ours('kez_gateway_messages_delivered_total')), 'how'), '{{how}}']],
          more: 'kez-chat-delivery',
        }),
        graph({
          title: 'Accepted to delivered',
          shows: 'From accepting a message at any service to writing it to a stream that was open.',
          todo: 'As for the figure above: compare with "Until on disk".',
          unit: 's',
          limits: { warning: 2.5, alert: 'KezDeliverySlow' },
          queries: [
            [quantile(0.5, delivery), 'p50'],
            [quantile(0.99, delivery), 'p99'],
          ],
          more: 'kez-chat-delivery',
        }),
      ],
    },
    {
      title: 'Where do they wait?',
      panels: [
        graph({
          title: 'In JetStream: events that our consumers have not got',
          shows:
            'By durable consumer, as the leader of each says. push wakes devices; directory and settlement put right what a crash left undone.',
          todo: 'One that grows: its service is down, stuck or too slow. push: dashboard push. directory or settlement: the log of the registry, and dead letters.',
          queries: [ofDurables('nats_consumer_num_pending')],
          limits: { warning: 500, alert: 'KezConsumerBehind' },
          alerts: ['KezRegistryReactionStopped'],
          more: 'kez-chat-jetstream',
        }),
        graph({
          title: 'Until on disk (99 of 100)',
          shows:
            'How long JetStream takes to confirm that something is on disk, as the services that wait for it measure it.',
          todo: 'All slow: the disk of NATS (iostat), or one node of a cluster that is away or behind (dashboard jetstream). One service alone: its CPU.',
          unit: 's',
          limits: { warning: 0.5, critical: 2 },
          queries: [
            [quantile(0.99, ours('kez_gateway_store_seconds_bucket')), 'gateway'],
            [quantile(0.99, ours('kez_relay_bridge_store_seconds_bucket')), 'relay-bridge'],
            [quantile(0.99, ours('kez_registry_append_seconds_bucket')), 'registry'],
          ],
          more: 'kez-chat-jetstream',
        }),
        graph({
          title: 'Tables behind the log',
          shows:
            'How old the last event in Postgres is while others wait. Chat does not need these tables; lists for the operator and the archive do.',
          todo: 'Growing: Postgres is away, full or slow. Standing still at a height: the projection has stopped at an event.',
          unit: 's',
          limits: { warning: 300, alert: 'KezRegistryProjectionBehind' },
          queries: [[max(ours('kez_registry_projection_age_seconds'), 'projection'), '{{projection}}']],
          alerts: ['KezRegistryProjectionStopped'],
          more: 'kez-chat-auth',
        }),
        graph({
          title: 'Oldest push that waits',
          shows: 'How long the oldest push has been waiting to be sent or tried again.',
          todo: 'One push service that is away, or no push process that sends: dashboard push names it.',
          unit: 's',
          limits: { warning: 900, alert: 'KezPushBacklog' },
          queries: [[max(ours('kez_push_oldest_pending_seconds')), 'oldest']],
          more: 'kez-chat-push',
        }),
        graph({
          title: 'Relays: how far behind',
          shows:
            'How much further back than the usual 48 hours the bridge has to read each relay: it grows while a relay is away or refuses.',
          todo: 'One relay: its state and reason at /v1/relays. All: our own way out (DNS, firewall).',
          unit: 's',
          queries: [[max(ours('kez_relay_bridge_relay_cursor_gap_seconds'), 'relay'), '{{relay}}']],
          alerts: ['KezRelaysAway'],
          more: 'kez-chat-relays',
        }),
        graph({
          title: 'Logins that wait',
          shows: 'Logins to NATS in the queues of the auth responders.',
          todo: 'Standing above 0: one more responder. A peak after a restart of NATS ends by itself.',
          queries: [[sum(ours('kez_auth_queue_depth')), 'waiting']],
          alerts: ['KezLoginsSlow', 'KezLoginsShed'],
          more: 'kez-chat-auth',
        }),
      ],
    },
    {
      title: 'Is something on fire?',
      panels: [
        table({
          title: 'Alerts',
          shows:
            'Every alert that fires, or is pending: its cause is there, and it fires when it stays. Empty is good.',
          todo: 'Each has its section in docs/operations.md: what it means for people, how to look, how to mend, how to know that it is mended.',
          queries: [['ALERTS{alertname=~"Kez.+"}', '']],
          width: 12,
        }),
        stat({
          title: 'Services that do not work',
          shows: 'Processes that do not answer at all, and those whose /readyz says that they cannot do their work.',
          todo: 'Ask /readyz of the service: it names the reason. NATS first, then Postgres, then the service.',
          limits: { critical: 1 },
          queries: [
            [`${sum(`1 - ${ours('up')}`)} + (${sum(`1 - ${ours('kez_service_ready')}`)} or vector(0))`, 'do not work'],
          ],
          alerts: ['KezServiceNotReady', 'KezServiceDown', 'KezServiceMissing'],
        }),
        stat({
          title: 'Connections to NATS that are down',
          shows: 'Of our services; each connects again by itself, for ever.',
          todo: 'All of them: NATS. Those of one service: its network or its key (log: "Authorization Violation").',
          limits: { critical: 1 },
          queries: [[sum(`1 - ${ours('kez_nats_connected')}`), 'down']],
        }),
        stat({
          title: 'Dead letters',
          shows: 'Events that a service has given up, by the stream DEAD_LETTERS itself.',
          todo: 'kez admin dead-letters list, show, then retry or drop.',
          limits: { warning: 1, alert: 'KezDeadLetters' },
          queries: [[max(stream('nats_stream_total_messages', 'stream_name="DEAD_LETTERS"')), 'letters']],
        }),
        graph({
          title: 'Ready',
          shows: '1 for each service that can do its work; the least of its replicas.',
          todo: 'Down and up again: it restarts; look at its log and memory limit.',
          queries: [[min(ours('kez_service_ready'), 'service'), '{{service}}']],
          alerts: ['KezServiceDown'],
        }),
        graph({
          title: 'Restarts in an hour',
          shows: 'How often each process has begun anew.',
          todo: 'Again and again: "docker compose logs" or "kubectl logs --previous"; Exited (137) is the memory limit.',
          queries: [
            [sum(`changes(${ours('process_start_time_seconds')}[1h])`, 'part', 'instance'), '{{part}} {{instance}}'],
          ],
        }),
        graph({
          title: 'Connections to NATS that broke, in five minutes',
          shows: 'By service.',
          todo: 'All at once: NATS restarted. One service again and again: its network, or NATS ends it as a slow consumer.',
          queries: [[sum(increase(ours('kez_nats_disconnects_total')), 'service'), '{{service}}']],
          more: 'kez-chat-jetstream',
        }),
      ],
    },
    {
      title: 'Is there room?',
      panels: [
        stat({
          title: 'Disk of JetStream, used',
          shows: 'Of what NATS may take; the fullest node.',
          todo: 'A larger disk, then restart NATS, which takes up to three quarters of what is free at its start.',
          unit: 'percentunit',
          decimals: 1,
          limits: { warning: 0.85, alert: 'KezJetStreamNearlyFull' },
          alerts: ['KezJetStreamFilling'],
          queries: [[max(`${used} / (${most} > 0)`), 'used']],
          more: 'kez-chat-jetstream',
        }),
        stat({
          title: 'Last backup (Kubernetes)',
          shows:
            'How long ago the CronJob backup succeeded, by kube-state-metrics; no data without it, as with compose.',
          todo: 'Older than 26 hours: the log of its last job. With compose kez admin doctor looks at the folder of backups.',
          unit: 's',
          limits: { warning: 93_600, alert: 'KezBackupOld' },
          queries: [
            [
              `time() - max(kube_cronjob_status_last_successful_time{cronjob="backup", namespace=~"$namespace"})`,
              'ago',
            ],
          ],
        }),
        stat({
          title: 'Refused for want of room, in an hour',
          shows: 'Messages that were not taken since the store of all inboxes was full.',
          todo: 'Above 0 nobody gets messages: make room at once.',
          limits: { critical: 1, alert: 'KezInboxStoreFull' },
          queries: [[sum(increase(ours('kez_gateway_mailbox_full_total', 'what="stream"'), '1h')), 'refused']],
        }),
        graph({
          title: 'Streams, by how full they are',
          width: 6,
          shows: 'Bytes of each stream that has a limit, as a share of it.',
          todo: 'INBOX: KEZ_INBOX_STREAM_BYTES and kez admin streams apply. RELAY_MAIL empties itself within 7 days.',
          unit: 'percentunit',
          queries: [[fullness, '{{stream_name}}']],
          more: 'kez-chat-jetstream',
        }),
        graph({
          title: 'Memory of the processes',
          width: 6,
          shows: 'Resident memory of each of our processes.',
          todo: 'One that only ever grows: note the figure, restart it, and report it. Limits: docker-compose.yml, or the manifests.',
          unit: 'bytes',
          queries: [[max(ours('process_resident_memory_bytes'), 'part', 'instance'), '{{part}} {{instance}}']],
        }),
      ],
    },
    {
      title: 'What runs',
      panels: [
        table({
          title: 'Versions',
          shows: 'Which version of each service runs where.',
          todo: 'Two versions of one service for longer than an update: the update is stuck.',
          queries: [[ours('kez_build_info'), '']],
        }),
      ],
    },
  ],
}
