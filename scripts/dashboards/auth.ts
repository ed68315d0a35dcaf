import type { DashboardSpec } from './dashboard.ts'
import { max, orZero, ours, quantile, rate, sum } from './expressions.ts'
import { graph, stat } from './panel.ts'

const logins = ours('kez_auth_login_seconds_bucket')

export const auth: DashboardSpec = {
  uid: 'kez-chat-auth',
  title: 'kez-chat: logins and registry',
  about: 'Who may log in to NATS, who registers, and the log behind both.',
  rows: [
    {
      title: 'Logins to NATS',
      panels: [
        stat({
          title: 'Responders',
          shows: 'Auth responders that are ready.',
          todo: '0: nobody logs in to NATS; the web app goes on. Start one: docker compose up -d auth.',
          queries: [[`sum(${ours('kez_service_ready', 'service="auth"')})`, 'ready']],
          limits: { critical: 1, falling: true },
          alerts: ['KezAuthResponderGone'],
        }),
        stat({
          title: 'Logins',
          shows: 'A second, admitted.',
          todo: 'None while native clients exist: Refused, by why.',
          unit: 'cps',
          decimals: 2,
          queries: [[sum(rate(ours('kez_auth_logins_total', 'outcome="admitted"'))), 'admitted']],
        }),
        stat({
          title: 'Share of the time that NATS waits (99 of 100)',
          shows: 'How long a login takes, as a share of the time after which the server gives up.',
          todo: 'A quarter leaves time to act: one more responder.',
          unit: 'percentunit',
          decimals: 1,
          queries: [[`${quantile(0.99, logins)} / ${max(ours('kez_auth_server_timeout_seconds'))}`, 'p99']],
          limits: { warning: 0.25 },
          alerts: ['KezLoginsSlow'],
        }),
        stat({
          title: 'Left unanswered',
          shows: 'Logins a second that were shed or came too late.',
          todo: 'One more responder. After a restart of NATS it ends by itself.',
          unit: 'cps',
          decimals: 2,
          queries: [[sum(rate(ours('kez_auth_logins_total', 'outcome=~"shed|late"'))), 'unanswered']],
          limits: { critical: 0.001 },
          alerts: ['KezLoginsShed'],
        }),
        stat({
          title: 'Waiting',
          shows: 'Logins in the queues, of those that fit in.',
          todo: 'Near 100 % they are shed soon.',
          unit: 'percentunit',
          decimals: 1,
          queries: [[max(`${ours('kez_auth_queue_depth')} / ${ours('kez_auth_queue_limit')}`), 'full']],
          limits: { warning: 0.5, critical: 0.9 },
        }),
        stat({
          title: 'Age of the directory',
          shows: 'Since when the oldest copy of the directory at a responder or gateway is not known to be complete.',
          todo: 'Grows: NATS is away for that process; it decides by what it knew.',
          unit: 's',
          queries: [
            [`time() - min(${ours('kez_auth_directory_synced_at_seconds')})`, 'auth'],
            [`time() - min(${ours('kez_gateway_directory_synced_at_seconds')})`, 'gateway'],
          ],
        }),
        graph({
          title: 'Logins a second, by outcome',
          shows: 'admitted, refused, ignored (not a sound request of a server), shed, late, unavailable, failed.',
          todo: 'ignored: a server with another key than ours. unavailable: NATS. shed, late: too much.',
          unit: 'cps',
          queries: [[sum(rate(ours('kez_auth_logins_total')), 'outcome'), '{{outcome}}']],
          alerts: ['KezLoginsShed'],
        }),
        graph({
          title: 'Refused a second, by why',
          shows: 'The reason stays with us; the client is told nothing.',
          todo: 'too_many_logins: a program that logs in again and again. bad_signature from many: somebody tries keys.',
          unit: 'cps',
          queries: [[orZero(sum(rate(ours('kez_auth_logins_total', 'outcome="refused"')), 'reason')), '{{reason}}']],
        }),
        graph({
          title: 'How long a login takes',
          shows: 'From arriving to its answer; of that, the wait for its turn.',
          todo: 'The wait is most of it: one more responder. The rest is: a slow directory, or no CPU.',
          unit: 's',
          queries: [
            [quantile(0.5, logins), 'p50'],
            [quantile(0.99, logins), 'p99'],
            [quantile(0.99, ours('kez_auth_queue_wait_seconds_bucket')), 'wait, p99'],
          ],
          alerts: ['KezLoginsSlow'],
        }),
        graph({
          title: 'Waiting, by responder',
          shows: 'Logins in each queue.',
          todo: 'One responder alone: it has no CPU.',
          queries: [[max(ours('kez_auth_queue_depth'), 'instance'), '{{instance}}']],
        }),
        graph({
          title: 'Connections ended, in an hour',
          shows: 'Of identities that were rotated, revoked or barred; and how the search for them went.',
          todo: 'failed: the servers do not answer; it is tried again.',
          queries: [
            [sum(`increase(${ours('kez_auth_connections_ended_total')}[1h])`), 'ended'],
            [sum(`increase(${ours('kez_auth_sweeps_total')}[1h])`, 'outcome'), 'searches {{outcome}}'],
          ],
        }),
        graph({
          title: 'People known',
          shows: 'In the copies of the directory.',
          todo: 'Copies that differ for longer than a minute: one process has lost NATS.',
          queries: [
            [max(ours('kez_auth_directory_people'), 'instance'), 'auth {{instance}}'],
            [max(ours('kez_gateway_directory_people'), 'instance'), 'gateway {{instance}}'],
          ],
        }),
      ],
    },
    {
      title: 'Registry',
      panels: [
        graph({
          title: 'Commands a second',
          shows: 'By command and outcome; refusals have the code that the client gets.',
          todo: 'unavailable: the log cannot be written (NATS). internal: a fault of ours, in the log.',
          unit: 'reqps',
          queries: [[sum(rate(ours('kez_registry_commands_total')), 'command', 'outcome'), '{{command}} {{outcome}}']],
        }),
        graph({
          title: 'How long commands take (99 of 100)',
          shows: 'By subject.',
          todo: 'register and append_chain follow the time until on disk.',
          unit: 's',
          queries: [
            [quantile(0.99, ours('kez_bus_request_seconds_bucket', 'service="registry"'), 'subject'), '{{subject}}'],
          ],
        }),
        graph({
          title: 'Until an append is on disk',
          shows: 'By the log, conflicts included.',
          todo: 'The disk of NATS, or its cluster.',
          unit: 's',
          limits: { warning: 0.5, critical: 2 },
          queries: [
            [quantile(0.5, ours('kez_registry_append_seconds_bucket')), 'p50'],
            [quantile(0.99, ours('kez_registry_append_seconds_bucket')), 'p99'],
          ],
          more: 'kez-chat-jetstream',
        }),
        graph({
          title: 'Events not yet in Postgres',
          shows: 'By projection.',
          todo: 'Falls: let it. Grows: Postgres. Stands: the projection has stopped; kez admin projection status.',
          queries: [[max(ours('kez_registry_projection_lag_events'), 'projection'), '{{projection}}']],
          alerts: ['KezRegistryProjectionStopped'],
        }),
        graph({
          title: 'Age of the last event in Postgres',
          shows: 'While others wait, else 0.',
          todo: 'As for the events.',
          unit: 's',
          queries: [[max(ours('kez_registry_projection_age_seconds'), 'projection'), '{{projection}}']],
          limits: { warning: 300, alert: 'KezRegistryProjectionBehind' },
        }),
        graph({
          title: 'Stopped',
          shows: '1 for what met an event that it cannot handle: projections, and the reactions that put things right.',
          todo: 'Update if a newer version knows the event; for a projection kez admin projection rebuild.',
          queries: [
            [max(ours('kez_registry_projection_stopped'), 'projection'), 'projection {{projection}}'],
            [max(ours('kez_reaction_stopped'), 'reaction'), 'reaction {{reaction}}'],
          ],
          limits: { critical: 1 },
          alerts: ['KezRegistryProjectionStopped', 'KezRegistryReactionStopped'],
        }),
        graph({
          title: 'Directory put right, in an hour',
          shows: 'Entries that a command left unfinished.',
          todo: 'A few after a crash are what it is for. All the time: registries that die in the middle.',
          queries: [[sum(`increase(${ours('kez_registry_directory_repairs_total')}[1h])`), 'repairs']],
        }),
        graph({
          title: 'Proofs looked for, in an hour',
          shows: 'By what came of it.',
          todo: 'unreachable for one place: that site. For all: our own way out.',
          queries: [
            [orZero(sum(`increase(${ours('kez_registry_proof_checks_total')}[1h])`, 'outcome')), '{{outcome}}'],
          ],
        }),
        graph({
          title: 'Postgres: statements that wait',
          shows: 'For a connection to become free, by schema.',
          todo: 'Standing above 0: Postgres is slow.',
          queries: [[sum(ours('kez_postgres_waiting_statements', 'service="registry"'), 'schema'), '{{schema}}']],
        }),
      ],
    },
  ],
}
