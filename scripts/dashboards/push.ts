import type { DashboardSpec } from './dashboard.ts'
import { consumer, max, ours, quantile, rate, sum } from './expressions.ts'
import { graph, stat } from './panel.ts'

export const push: DashboardSpec = {
  uid: 'kez-chat-push',
  title: 'kez-chat: push',
  about: 'Waking devices: from a message in an inbox to a push service that has taken the push.',
  rows: [
    {
      title: 'Does it wake?',
      panels: [
        stat({
          title: 'Pushes delivered',
          shows: 'A second, to push services.',
          todo: 'None while messages come for people who are away: look at what waits.',
          unit: 'cps',
          decimals: 2,
          queries: [[sum(rate(ours('kez_push_attempts_total', 'outcome="delivered"'))), 'delivered']],
        }),
        stat({
          title: 'Wait to be sent',
          shows: 'Pushes that are to be sent or tried again.',
          todo: 'Grows: By push service, below, says which one does not take them.',
          queries: [[max(ours('kez_push_pending')), 'pending']],
        }),
        stat({
          title: 'Oldest that waits',
          shows: 'How long.',
          todo: 'A push service is away, or no push process sends. Pushes are given up after 24 hours.',
          unit: 's',
          queries: [[max(ours('kez_push_oldest_pending_seconds')), 'oldest']],
          limits: { warning: 900, alert: 'KezPushBacklog' },
        }),
        stat({
          title: 'Devices that fail',
          shows: 'Share of devices whose last push did not go through.',
          todo: 'kez admin doctor push: it names the reason and what helps.',
          unit: 'percentunit',
          decimals: 1,
          queries: [
            [
              `${max(ours('kez_push_subscriptions', 'state="failing"'))} / (${max(ours('kez_push_subscriptions', 'state="alive"'))} + ${max(ours('kez_push_subscriptions', 'state="failing"'))} > 0)`,
              'failing',
            ],
          ],
          limits: { warning: 0.2, alert: 'KezPushManyDevicesFailing' },
        }),
        stat({
          title: 'Until a push service has it (99 of 100)',
          shows: 'From deciding to wake a device to the push service’s answer, with every attempt in between.',
          todo: 'Seconds: How long an answer takes, below. Minutes: failures that are tried again.',
          unit: 's',
          queries: [[quantile(0.99, ours('kez_push_delivery_seconds_bucket')), 'p99']],
        }),
        stat({
          title: 'Inbox events that push has not looked at',
          shows: 'By the leaders of its durable consumers.',
          todo: 'Grows: no push process runs, or its Postgres is away.',
          queries: [
            [`sum(${max(consumer('nats_consumer_num_pending', 'consumer_name="push"'), 'stream_name')})`, 'pending'],
          ],
          more: 'kez-chat-jetstream',
        }),
      ],
    },
    {
      title: 'By push service',
      panels: [
        graph({
          title: 'Went through, by push service',
          shows: 'Share of pushes that the service took, over 15 minutes. A subscription that is gone is no failure.',
          todo: 'kez admin doctor push. One service alone is mostly its own trouble: they are tried again for a day.',
          unit: 'percentunit',
          queries: [['kez_push:success_ratio:15m', '{{service}}']],
          limits: { warning: 0.9, falling: true, alert: 'KezPushServiceFailing' },
        }),
        graph({
          title: 'Attempts a second',
          shows: 'By push service and what came of it.',
          todo: 'bad_subject, not_authorised, key_mismatch: our signature; KEZ_VAPID_SUBJECT, the clock, the key file. rate_limited and service_error pass.',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_push_attempts_total')), 'service', 'outcome'), '{{service}} {{outcome}}']],
          alerts: ['KezPushRefused'],
        }),
        graph({
          title: 'How long an answer takes (99 of 100)',
          shows: 'By push service.',
          todo: 'At 10 s it is given up and tried again; one that stalls gets less room by itself.',
          unit: 's',
          queries: [[quantile(0.99, ours('kez_push_attempt_seconds_bucket'), 'service'), '{{service}}']],
        }),
        graph({
          title: 'Devices',
          shows: 'That are woken, by whether the last push went through.',
          todo: 'Failing ones move when their app is opened, or are dropped when their push service says that they are gone.',
          queries: [[max(ours('kez_push_subscriptions'), 'state'), '{{state}}']],
          alerts: ['KezPushManyDevicesFailing'],
        }),
        graph({
          title: 'Being sent',
          shows: 'Pushes under way; at most 32 a process.',
          todo: 'At 32 for long with pushes that wait: one more push process.',
          queries: [[sum(ours('kez_push_under_way'), 'instance'), '{{instance}}']],
        }),
        graph({
          title: 'From decided to taken',
          shows: 'From deciding to wake a device to the push service’s answer.',
          todo: 'As for the figure above.',
          unit: 's',
          queries: [
            [quantile(0.5, ours('kez_push_delivery_seconds_bucket')), 'p50'],
            [quantile(0.99, ours('kez_push_delivery_seconds_bucket')), 'p99'],
          ],
        }),
      ],
    },
    {
      title: 'Before a push',
      panels: [
        graph({
          title: 'Decided a second',
          shows:
            'wake: now. wait: the person was woken less than ten minutes ago. nothing: they have read it, or are awaited.',
          todo: 'No wake at all for hours: nobody is away, or inbox events are not looked at.',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_push_decisions_total')), 'decision'), '{{decision}}']],
        }),
        graph({
          title: 'From a message to its decision (99 of 100)',
          shows: 'How old messages are when push has looked at them.',
          todo: 'Seconds and more: Postgres, or too few push processes.',
          unit: 's',
          queries: [[quantile(0.99, ours('kez_reaction_event_age_seconds_bucket', 'reaction="push"')), 'p99']],
        }),
        graph({
          title: 'Events, by what came of them',
          shows: 'handled, retried, or given up as a dead letter; a second.',
          todo: 'retried all the time: Postgres. dead_letter: kez admin dead-letters.',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_reaction_events_total', 'reaction="push"')), 'outcome'), '{{outcome}}']],
          alerts: ['KezDeadLetters'],
        }),
        graph({
          title: 'Postgres: statements that wait',
          shows: 'For a connection of the pool to become free.',
          todo: 'Standing above 0: Postgres is slow (its log, its disk), or one more push process takes the load.',
          queries: [[sum(ours('kez_postgres_waiting_statements', 'service="push"')), 'waiting']],
        }),
        graph({
          title: 'Requests to push',
          shows: 'What the gateways ask on behalf of people, a second, by how it ended.',
          todo: 'failed: Postgres. shed: too much at once.',
          unit: 'reqps',
          queries: [
            [
              sum(rate(ours('kez_bus_request_seconds_count', 'service="push"')), 'subject', 'outcome'),
              '{{subject}} {{outcome}}',
            ],
          ],
        }),
        graph({
          title: 'How long they take (99 of 100)',
          shows: 'By subject; a test push waits for the push service.',
          todo: 'As for statements that wait.',
          unit: 's',
          queries: [
            [quantile(0.99, ours('kez_bus_request_seconds_bucket', 'service="push"'), 'subject'), '{{subject}}'],
          ],
        }),
      ],
    },
  ],
}
