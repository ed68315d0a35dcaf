import { execFile } from 'node:child_process'
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { unpackedProgram } from '@kez-chat/testkit'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { serviceMetrics } from '../../scripts/documents/service-metrics.ts'
import { prometheusRule, savedPrometheusRule } from '../../scripts/prometheus-rules.ts'

/** The same labels for each of a family of metrics. */
function named(family: string, labels: readonly string[], names: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [`${family}_${name}`, labels]))
}

const root = join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const rules = globSync('deploy/prometheus/*.rules.yml', { cwd: root }).toSorted()
const dashboards = globSync('deploy/grafana/**/*.json', { cwd: root }).toSorted()

type Annotations = { runbook_url?: string; summary?: string; description?: string }
type Rule = { alert?: string; record?: string; expr: string; annotations?: Annotations }
const allRules = rules.flatMap((file) =>
  (parse(read(file)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules),
)
const alerts = allRules.flatMap(({ alert, annotations }) => (alert ? [{ alert, annotations }] : []))

const chapter = /\n## When an alert fires\n(.*?)(?=\n## |$)/s.exec(read('docs/operations.md'))?.[1] ?? ''
const sections = new Map(
  chapter
    .split('\n### ')
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text]),
)

/** What the runbooks have one ask Prometheus, and what they name as a figure. */
const askedByRunbooks = [
  ...chapter.replaceAll(/^```\w*$/gm, '').matchAll(/`([^`\n]+)`|^docker compose exec prometheus .*$/gm),
]
  .map(([line, code = line]) => /promtool query instant \S+ '(.*)'$/.exec(code)?.[1] ?? code)
  .filter((code) => /\b(kez_[a-z]+_|nats_(varz|server|stream|consumer)_|ALERTS)/.test(code) && !/[<…]/.test(code))

describe('alerts', () => {
  it('have a section each that says what it means, how to look, how to mend and how to know that it is mended', () => {
    const names = new Set(alerts.map(({ alert }) => alert))
    expect([...sections.keys()].toSorted()).toEqual([...names].toSorted())
    for (const [alert, text] of sections)
      for (const part of ['For people', 'Look', 'Mend', 'Mended when'])
        expect(text, alert).toContain(`\n- **${part}:** `)
  })

  it('are each made to fire by a test over a running server, and mended', () => {
    const tests = globSync('test/observe/*.chaos.ts', { cwd: root }).flatMap((file) => [
      ...read(file).matchAll(/^it\('(.*)', /gm),
    ])
    const named = new Set(tests.flatMap(([, name = '']) => name.match(/\bKez\w+/g) ?? []))
    expect([...named].toSorted()).toEqual([...new Set(alerts.map(({ alert }) => alert))].toSorted())
  })

  it('lead to their section', () => {
    for (const { alert, annotations } of alerts) {
      expect(annotations?.runbook_url, alert).toBe(`docs/operations.md#${alert.toLowerCase()}`)
      expect(annotations?.summary, alert).toBeTruthy()
      expect(annotations?.description, alert).toBeTruthy()
    }
  })
})

const server = ['server_id', 'server_name', 'cluster', 'domain', 'meta_leader', 'is_meta_leader']
const stream = [...server, 'account', 'account_id', 'stream_name', 'stream_leader', 'is_stream_leader']
const consumer = [...stream, 'consumer_name', 'consumer_leader', 'is_consumer_leader', 'consumer_desc']

/**
 * What the programs that others made expose, as far as rules and dashboards may ask for it: what every version of
 * prometheus-nats-exporter since that of the Helm chart has (libs/testkit/test/nats-exporter has the page of a later one).
 */
const exported: Readonly<Record<string, readonly string[]>> = {
  up: ['part'],
  ALERTS: ['alertname', 'alertstate', 'severity'],
  kube_cronjob_status_last_successful_time: ['namespace', 'cronjob'],
  ...named(
    'nats_varz',
    ['server_id'],
    [
      ...['connections', 'total_connections', 'routes', 'subscriptions', 'slow_consumers', 'cpu', 'mem', 'start'],
      ...['in_msgs', 'in_bytes', 'out_msgs', 'out_bytes', 'jetstream_stats_storage', 'jetstream_config_max_storage'],
      ...['jetstream_stats_api_total', 'jetstream_stats_api_errors', 'jetstream_meta_cluster_size'],
    ],
  ),
  ...named('nats_server', server, [
    ...[
      'jetstream_disabled',
      'max_storage',
      'total_streams',
      'total_consumers',
      'total_messages',
      'total_message_bytes',
    ],
  ]),
  ...named('nats_stream', stream, ['total_messages', 'total_bytes', 'first_seq', 'last_seq', 'consumer_count']),
  ...named('nats_consumer', consumer, [
    ...['num_pending', 'num_ack_pending', 'num_redelivered', 'num_waiting', 'ack_floor_stream_seq'],
    ...['ack_floor_consumer_seq', 'delivered_stream_seq', 'delivered_consumer_seq'],
  ]),
}

const ours = async (): Promise<Map<string, readonly string[]>> =>
  new Map((await serviceMetrics()).flatMap(({ metrics }) => metrics.map(({ name, labels }) => [name, labels])))

const words = new Set(
  'sum max min avg count by without on ignoring rate increase irate histogram_quantile absent and or unless le group_left label_replace time clamp_min topk bottomk predict_linear deriv delta vector bool offset changes'.split(
    ' ',
  ),
)

/** The alerts that one file of tests of promtool sees fire. */
const alertsTriedIn = (text: string): string[] => {
  type Case = { alertname: string; exp_alerts?: unknown[] }
  const { tests } = parse(text) as { tests: { alert_rule_test?: Case[] }[] }
  return tests.flatMap(({ alert_rule_test = [] }) =>
    alert_rule_test.filter(({ exp_alerts = [] }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
  )
}

const withoutAnnotations = (text: string): string => {
  const file = parse(text) as { groups: { rules: Rule[] }[] }
  for (const { rules } of file.groups) for (const rule of rules) delete rule.annotations
  return stringify(file)
}

type Selected = { readonly name: string; readonly labels: readonly string[] }

/** The metrics that an expression of Prometheus asks for, with the labels that it picks by. */
const selectedIn = (expr: string): Selected[] => {
  const bare = expr
    .replace(/\b(by|without|on|ignoring|group_left)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/"[^"]*"/g, '""')
  return [...bare.matchAll(/([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?/g)].flatMap(([, name = '', picked = '']) =>
    words.has(name) ? [] : [{ name, labels: [...picked.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label) }],
  )
}

const faultsOf = (expr: string, known: ReadonlyMap<string, readonly string[]>): string[] => {
  const recorded = allRules.map(({ record }) => record)
  return selectedIn(expr).flatMap(({ name, labels }) => {
    const own = known.get(name) ?? known.get(name.replace(/_(bucket|sum|count)$/, '')) ?? exported[name]
    if (!own) return recorded.includes(name) ? [] : [`there is no metric ${name}`]
    return labels
      .filter((label) => !own.includes(label) && !['le', 'instance', 'job', 'part', 'namespace'].includes(label))
      .map((label) => `${name} has no label ${label}`)
  })
}

const expressionsOf = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'expr' && typeof inner === 'string' ? [inner] : expressionsOf(inner),
  )
}

describe('in Kubernetes', () => {
  it('prometheus-operator is given the same rules, and targets with the same labels', () => {
    expect(savedPrometheusRule()).toBe(prometheusRule())
    const monitor = parse(read('deploy/k8s/overlays/ha/pod-monitor.yaml')) as {
      spec: { podMetricsEndpoints: { relabelings?: unknown }[] }
    }
    expect(monitor.spec.podMetricsEndpoints.map(({ relabelings }) => relabelings)).toEqual([
      [
        { targetLabel: 'job', replacement: 'kez-chat' },
        { sourceLabels: ['__meta_kubernetes_pod_label_app_kubernetes_io_name'], targetLabel: 'part' },
      ],
    ])
    const values = parse(read('deploy/k8s/nats-values.yaml')) as { promExporter: { podMonitor: { patch: unknown[] } } }
    expect(values.promExporter.podMonitor.patch).toContainEqual({
      op: 'add',
      path: '/spec/podMetricsEndpoints/0/relabelings',
      value: [{ targetLabel: 'job', replacement: 'nats' }],
    })
  })
})

describe('rules, dashboards and runbooks', () => {
  it('ask for metrics and labels that the services have, or an exporter that is named', async () => {
    const known = await ours()
    const asked = [
      ...allRules.map(({ expr }) => expr),
      ...dashboards.flatMap((file) => expressionsOf(JSON.parse(read(file)))),
      ...askedByRunbooks,
    ]
    expect(askedByRunbooks.length).toBeGreaterThan(20)
    expect(asked.flatMap((expr) => faultsOf(expr, known))).toEqual([])
  })

  it('would be found out when they ask for what there is not', async () => {
    const known = await ours()
    expect(faultsOf('sum by (route) (rate(kez_gateway_request_total{status=~"5.."}[5m])) > 1', known)).toEqual([
      'there is no metric kez_gateway_request_total',
    ])
    expect(faultsOf('max(kez_gateway_requests_total{code="500"})', known)).toEqual([
      'kez_gateway_requests_total has no label code',
    ])
  })

  it('are what Prometheus understands, and fire when they should, by promtool of Debian', async () => {
    const promtool = await unpackedProgram('promtool', 'prometheus')
    const run = (...args: string[]) => promisify(execFile)(promtool, args, { cwd: join(root, 'deploy/prometheus') })
    const files = rules.map((file) => file.split('/').at(-1) ?? '')
    expect((await run('check', 'rules', ...files)).stdout).toContain('SUCCESS')
    const tried = globSync('*.rules.test.yml', { cwd: join(root, 'deploy/prometheus') })
    expect(tried.length).toBeGreaterThan(1)
    const place = mkdtempSync(join(tmpdir(), 'kez-rules-'))
    // Words for people are none of what is tried.
    for (const file of rules) writeFileSync(join(place, basename(file)), withoutAnnotations(read(file)))
    for (const file of tried) copyFileSync(join(root, 'deploy/prometheus', file), join(place, file))
    await promisify(execFile)(promtool, ['test', 'rules', ...tried], { cwd: place })
    const fired = tried.flatMap((file) => alertsTriedIn(read(`deploy/prometheus/${file}`)))
    expect([...new Set(fired)].toSorted()).toEqual([...new Set(alerts.map(({ alert }) => alert))].toSorted())
    const drawn = [...dashboards.flatMap((file) => expressionsOf(JSON.parse(read(file)))), ...askedByRunbooks]
    expect(drawn.length).toBeGreaterThan(10)
    const asRules = join(place, 'drawn.yml')
    const recorded = drawn.map((expr, i) => ({ record: `drawn:${i}`, expr }))
    writeFileSync(asRules, JSON.stringify({ groups: [{ name: 'drawn', rules: recorded }] }))
    expect((await run('check', 'rules', asRules)).stdout).toContain(`SUCCESS: ${drawn.length} rules found`)
    rmSync(place, { recursive: true })
  })
})
