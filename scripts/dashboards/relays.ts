import type { DashboardSpec } from './dashboard.ts'
import { max, orZero, ours, quantile, rate, sum } from './expressions.ts'
import { graph, stat } from './panel.ts'

const bridge = (name: string, matchers = ''): string => ours(`kez_relay_bridge_${name}`, matchers)

export const relays: DashboardSpec = {
  uid: 'kez-chat-relays',
  title: 'kez-chat: relays',
  about: 'The relay bridge: the relays that it listens on, and the home relay that it is itself.',
  rows: [
    {
      title: 'Relays',
      panels: [
        stat({
          title: 'Connected',
          shows: 'Relays that are listened on and answer.',
          todo: '0: our own way out. Fewer than listened on: State by relay.',
          queries: [[sum(bridge('relay_state', 'state="connected"')), 'connected']],
          limits: { critical: 1, falling: true },
          alerts: ['KezRelaysAway'],
        }),
        stat({
          title: 'Listened on',
          shows: 'Relays that some replica has the lease of.',
          todo: 'Fewer than KEZ_RELAYS names: no bridge runs, or none has read the directory yet.',
          queries: [[sum(bridge('leases_owned')), 'relays']],
        }),
        stat({
          title: 'Into inboxes',
          shows: 'Events a second that were new and are in an inbox.',
          todo: 'None for a day while relays are connected: people use the home route, or the relays refuse our filters (log).',
          unit: 'cps',
          decimals: 2,
          queries: [
            [`${sum(rate(bridge('events_accepted_total')))} - ${sum(rate(bridge('events_duplicate_total')))}`, 'new'],
          ],
        }),
        stat({
          title: 'Furthest behind',
          shows: 'How much further back than 48 hours a relay has to be read.',
          todo: 'Days: that relay was away that long. What stands further back than 48 h is read too, but people may not see it as new.',
          unit: 's',
          queries: [[max(bridge('relay_cursor_gap_seconds')), 'gap']],
        }),
        stat({
          title: 'Wait to be verified',
          shows: 'Events whose signatures are to be checked.',
          todo: 'Hundreds for long: KEZ_RELAY_VERIFY_THREADS, if there are cores for it.',
          queries: [[sum(bridge('verify_waiting')), 'waiting']],
        }),
        stat({
          title: 'Addresses',
          shows: 'Whom events are taken for, former keys too.',
          todo: 'Nothing.',
          queries: [[max(bridge('addresses')), 'addresses']],
        }),
        graph({
          title: 'State by relay',
          shows: '1 for the state that a relay is in.',
          todo: 'refused, rate_limited and penalised have pauses of their own and are tried again. The reason is at /v1/relays.',
          queries: [[`${max(bridge('relay_state'), 'relay', 'state')} > 0`, '{{relay}} {{state}}']],
          alerts: ['KezRelaysAway'],
        }),
        graph({
          title: 'How far behind, by relay',
          shows: 'How much further back than 48 hours it has to be read.',
          todo: 'Grows with the time that a relay is away, and shrinks once it has handed over all it had.',
          unit: 's',
          queries: [[max(bridge('relay_cursor_gap_seconds'), 'relay'), '{{relay}}']],
        }),
        graph({
          title: 'Round trip, by relay',
          shows: 'Of the last ping.',
          todo: 'Above seconds: a relay that is far or busy; another one in KEZ_RELAYS.',
          unit: 's',
          queries: [[max(bridge('relay_latency_seconds'), 'relay'), '{{relay}}']],
        }),
      ],
    },
    {
      title: 'Events',
      panels: [
        graph({
          title: 'Received a second, by relay',
          shows: 'Everything that came, for whomever.',
          todo: 'A relay that sends far more than others: the whole feed is asked from KEZ_RELAY_FEED_FROM people on.',
          unit: 'cps',
          queries: [[sum(rate(bridge('events_received_total')), 'relay'), '{{relay}}']],
        }),
        graph({
          title: 'Accepted a second, by relay',
          shows: 'In an inbox, also those that another way had brought.',
          todo: 'One relay at 0 for days: it brings nothing that others do not.',
          unit: 'cps',
          queries: [
            [sum(rate(bridge('events_accepted_total')), 'relay'), '{{relay}}'],
            [sum(rate(bridge('events_duplicate_total'))), 'had come before (all)'],
          ],
        }),
        graph({
          title: 'Refused a second, by why',
          shows:
            'not_ours is for others; junk, forged and stale is what strangers send; full and over_budget are mailboxes.',
          todo: 'full or over_budget grows: somebody floods a person; nothing else suffers.',
          unit: 'cps',
          queries: [[orZero(sum(rate(bridge('events_rejected_total')), 'reason')), '{{reason}}']],
        }),
        graph({
          title: 'From arriving to an inbox',
          shows: 'For events for somebody here: checking, storing, and waiting for either.',
          todo: 'Follows "until on disk" and what waits to be verified.',
          unit: 's',
          queries: [
            [quantile(0.5, bridge('event_seconds_bucket')), 'p50'],
            [quantile(0.99, bridge('event_seconds_bucket')), 'p99'],
            [quantile(0.99, bridge('store_seconds_bucket')), 'until on disk, p99'],
          ],
        }),
        graph({
          title: 'Offences and penalties, in an hour',
          shows: 'What relays did wrong, and how often one was left alone for it.',
          todo: 'One relay again and again: take it out of KEZ_RELAYS.',
          queries: [
            [
              orZero(sum(`increase(${bridge('relay_offences_total')}[1h])`, 'relay', 'offence')),
              '{{relay}} {{offence}}',
            ],
            [orZero(sum(`increase(${bridge('relay_penalties_total')}[1h])`, 'relay')), '{{relay}} left alone'],
          ],
        }),
        graph({
          title: 'Verifying: CPU',
          shows: 'Cores that the verifying threads use.',
          todo: 'At the number of threads for long: one thread more, if there are cores.',
          queries: [[sum(`rate(${bridge('verify_cpu_seconds')}[5m])`), 'cores']],
        }),
      ],
    },
    {
      title: 'The home relay',
      panels: [
        graph({
          title: 'Sessions, by replica',
          shows: 'Clients of wss://…/relay.',
          todo: 'Differs from what gateways count for longer than a minute: sessions that hang; they end by themselves within 10 s.',
          queries: [[sum(ours('kez_home_relay_sessions'), 'instance'), '{{instance}}']],
        }),
        graph({
          title: 'Messages of clients a second',
          shows: 'By type: EVENT, REQ, CLOSE, AUTH, or bad.',
          todo: 'bad: a client that speaks something else; it is ended by itself.',
          unit: 'reqps',
          queries: [[sum(rate(ours('kez_home_relay_messages_total')), 'type'), '{{type}}']],
        }),
        graph({
          title: 'Events of clients a second',
          shows: 'By kind and what became of them.',
          todo: 'rate-limited and blocked are limits; error: JetStream is away.',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_home_relay_events_total')), 'kind', 'outcome'), '{{kind}} {{outcome}}']],
        }),
        graph({
          title: 'How long an answer takes (99 of 100)',
          shows: 'EVENT until its OK, REQ until EOSE.',
          todo: 'EVENT follows "until on disk"; REQ how much is read.',
          unit: 's',
          queries: [[quantile(0.99, ours('kez_home_relay_answer_seconds_bucket'), 'type'), '{{type}}']],
        }),
        graph({
          title: 'Authentications a second',
          shows: 'By outcome.',
          todo: 'refused all the time: a client with a wrong clock or URL.',
          unit: 'reqps',
          queries: [[sum(rate(ours('kez_home_relay_auths_total')), 'outcome'), '{{outcome}}']],
        }),
        graph({
          title: 'Events refused by mailboxes a second',
          shows: 'From relays and the home relay, by limit.',
          todo: 'hourly, bytes, messages are one person’s; stream is everybody’s: make room.',
          unit: 'cps',
          queries: [[sum(rate(bridge('mailbox_refusals_total')), 'limit'), '{{limit}}']],
          alerts: ['KezInboxStoreFull'],
        }),
      ],
    },
  ],
}
