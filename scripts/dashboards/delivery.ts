import type { DashboardSpec } from './dashboard.ts'
import { max, orZero, ours, quantile, rate, sum } from './expressions.ts'
import { graph } from './panel.ts'

const bucket = ours('kez_gateway_delivery_seconds_bucket')

export const delivery: DashboardSpec = {
  uid: 'kez-chat-delivery',
  title: 'kez-chat: delivery',
  about: 'The gateways: what they are asked, what they take, how soon it is at a device.',
  rows: [
    {
      title: 'Requests over HTTP',
      panels: [
        graph({
          title: 'Requests a second, by route',
          shows: 'Routes are patterns; nobody’s name is in them.',
          todo: 'One route that grows alone: somebody’s program. Limits by address are KEZ_…_PER_MINUTE (docs/settings.md).',
          unit: 'reqps',
          queries: [[sum(rate(ours('kez_gateway_requests_total')), 'route'), '{{route}}']],
        }),
        graph({
          title: 'Requests a second, by status',
          shows: '4xx are faults of those who ask, 429 a limit, 5xx ours.',
          todo: '503: NATS or the registry. 507: room. 500: a fault of ours, in the log of the gateway.',
          unit: 'reqps',
          queries: [[sum(rate(ours('kez_gateway_requests_total')), 'status'), '{{status}}']],
          alerts: ['KezGatewayFailing', 'KezGatewayErrorBudgetBurning'],
        }),
        graph({
          title: 'How long requests take (99 of 100), by route',
          shows: 'From the first byte of a request to the end of its answer; live streams are left out.',
          todo: 'POST /v1/messages follows "Until on disk". Everything slow: event loop, below.',
          unit: 's',
          queries: [[quantile(0.99, ours('kez_gateway_request_seconds_bucket'), 'route'), '{{route}}']],
        }),
        graph({
          title: 'Faults of ours, by route',
          shows: 'Requests a second that end with 5xx.',
          todo: 'The route says which part is away: /v1/register the registry, /v1/push/… push, /v1/messages NATS.',
          unit: 'reqps',
          queries: [
            [
              orZero(sum(rate(ours('kez_gateway_requests_total', 'status=~"5.."')), 'route', 'status')),
              '{{route}} {{status}}',
            ],
          ],
          alerts: ['KezGatewayFailing'],
        }),
        graph({
          title: 'Under way',
          shows: 'Requests that came in and are not answered.',
          todo: 'Grows without end: what they wait for does not answer; compare with "Until on disk" and the registry (dashboard auth).',
          queries: [[sum(ours('kez_gateway_requests_under_way'), 'part', 'instance'), '{{part}} {{instance}}']],
        }),
        graph({
          title: 'Refused by a limit',
          shows: 'Requests a second, by the limit that refused them.',
          todo: 'All clients at once: the gateway takes all for one address (KEZ_TRUSTED_PROXIES). One limit alone: an address that asks too much.',
          unit: 'reqps',
          queries: [[sum(rate(ours('kez_gateway_rate_limited_total')), 'limit'), '{{limit}}']],
        }),
      ],
    },
    {
      title: 'Taking messages',
      panels: [
        graph({
          title: 'Accepted a second',
          shows: 'By way, and whether new. A duplicate is an honest retry.',
          todo: 'Many duplicates: clients do not get their answer (proxy timeouts, slow disk).',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_gateway_messages_accepted_total')), 'way', 'outcome'), '{{way}} {{outcome}}']],
        }),
        graph({
          title: 'Until on disk',
          shows: 'From publishing a message to the confirmation of JetStream.',
          todo: 'See the dashboard JetStream: disk, nodes that are behind.',
          unit: 's',
          limits: { warning: 0.5, critical: 2 },
          queries: [
            [quantile(0.5, ours('kez_gateway_store_seconds_bucket')), 'p50'],
            [quantile(0.99, ours('kez_gateway_store_seconds_bucket')), 'p99'],
          ],
          more: 'kez-chat-jetstream',
        }),
        graph({
          title: 'Refused for want of room',
          shows:
            'Messages a second, by what was full: one person’s mailbox (messages, bytes), or the store of everybody (stream).',
          todo: 'stream: make room at once. The others are that person’s affair; their devices are told.',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_gateway_mailbox_full_total')), 'what'), '{{what}}']],
          alerts: ['KezInboxStoreFull'],
        }),
      ],
    },
    {
      title: 'Live streams',
      panels: [
        graph({
          title: 'Accepted to delivered',
          shows: 'From accepting a message at any service to writing it to a stream that was open by then.',
          todo: 'p50 good and p99 bad: slow readers, or one gateway without CPU. Both bad: the disk of NATS.',
          unit: 's',
          limits: { warning: 2.5, alert: 'KezDeliverySlow' },
          queries: [
            [quantile(0.5, bucket), 'p50'],
            [quantile(0.9, bucket), 'p90'],
            [quantile(0.99, bucket), 'p99'],
          ],
        }),
        graph({
          title: 'Open, by gateway',
          shows: 'Live streams over HTTP.',
          todo: 'Very uneven: streams move only when they end, within an hour. At the limit of a gateway’s memory: one more.',
          queries: [[sum(ours('kez_gateway_streams_open'), 'part', 'instance'), '{{part}} {{instance}}']],
        }),
        graph({
          title: 'Read from the log, by why',
          shows:
            'Messages a second that a stream had to read: history when it opens, gap and check when a live message was missed, slow when the client does not read.',
          todo: 'gap or check all the time: the live feed of NATS loses messages; look at connections that broke, and at the CPU of NATS.',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_gateway_stream_fills_total')), 'why'), '{{why}}']],
        }),
        graph({
          title: 'How much a stream has to catch up',
          shows: 'Messages that a stream reads when it is opened.',
          todo: 'p99 in the thousands: devices that were away long, or that never confirm what they have read.',
          queries: [
            [quantile(0.5, ours('kez_gateway_catch_up_messages_bucket')), 'p50'],
            [quantile(0.99, ours('kez_gateway_catch_up_messages_bucket')), 'p99'],
          ],
        }),
        graph({
          title: 'Closed for not reading',
          shows: 'Live streams a second that were ended since the client did not read for a minute.',
          todo: 'Phones that went away. Many at once: a proxy that holds streams back (proxy_buffering off).',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_gateway_slow_readers_closed_total'))), 'closed']],
        }),
        graph({
          title: 'Home relay at the gateways',
          shows: 'Connections, and bytes that wait for clients to read them.',
          todo: 'Bytes that stay high: clients that do not read; each is ended by itself.',
          queries: [
            [sum(ours('kez_gateway_relay_sessions')), 'connections'],
            [sum(ours('kez_gateway_relay_buffered_bytes')), 'bytes waiting'],
          ],
          more: 'kez-chat-relays',
        }),
      ],
    },
    {
      title: 'Over people’s own NATS connections',
      panels: [
        graph({
          title: 'Requests a second',
          shows: 'By kind and how they ended.',
          todo: 'rate_limited: one person’s program. unavailable: JetStream.',
          unit: 'reqps',
          queries: [
            [sum(rate(ours('kez_gateway_bus_requests_total')), 'request', 'outcome'), '{{request}} {{outcome}}'],
          ],
        }),
        graph({
          title: 'How long they take (99 of 100)',
          shows: 'By subject.',
          todo: 'kez.send follows "Until on disk".',
          unit: 's',
          queries: [
            [quantile(0.99, ours('kez_bus_request_seconds_bucket', 'service="gateway"'), 'subject'), '{{subject}}'],
          ],
        }),
        graph({
          title: 'Directory: asked at the leader',
          shows: 'Look-ups a second that a gateway’s copy could not answer, by whether the leader knew more.',
          todo: 'yes all the time: the copy is behind; NATS is slow, or the gateway. no: somebody tries names.',
          unit: 'reqps',
          queries: [[sum(rate(ours('kez_gateway_directory_misses_total')), 'found'), '{{found}}']],
        }),
      ],
    },
    {
      title: 'The processes',
      panels: [
        graph({
          title: 'Event loop lag (99 of 100)',
          shows: 'How late a process comes to what is due: its own measure of being busy.',
          todo: 'Above 100 ms for long: one more replica, or more CPU.',
          unit: 's',
          limits: { warning: 0.1, critical: 0.5 },
          queries: [[max(ours('nodejs_eventloop_lag_p99_seconds'), 'part', 'instance'), '{{part}} {{instance}}']],
        }),
        graph({
          title: 'CPU',
          shows: 'Cores that each process uses.',
          todo: 'A process uses one core for its own code: at 1 it is full.',
          queries: [[sum(rate(ours('process_cpu_seconds_total')), 'part', 'instance'), '{{part}} {{instance}}']],
        }),
        graph({
          title: 'Open files',
          shows: 'Each connection is one.',
          todo: 'Near the limit (ulimit -n): raise it, or one more replica.',
          queries: [[max(ours('process_open_fds'), 'part', 'instance'), '{{part}} {{instance}}']],
        }),
      ],
    },
  ],
}
