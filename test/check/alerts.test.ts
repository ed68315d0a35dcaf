import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unpackedProgram } from '@kez-chat/testkit'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createMetrics as gateway } from '../../services/gateway/src/metrics.ts'
import { createMetrics as push } from '../../services/push/src/metrics.ts'
import { createMetrics as auth } from '../../services/registry/src/auth/metrics.ts'
import { createMetrics as registry } from '../../services/registry/src/metrics.ts'
import { createHomeRelayMetrics } from '../../services/relay-bridge/src/home-relay/metrics.ts'
import { createMetrics as relayBridge } from '../../services/relay-bridge/src/metrics.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const rules = globSync('deploy/prometheus/*.rules.yml', { cwd: root }).toSorted()
const dashboards = globSync('deploy/grafana/**/*.json', { cwd: root }).toSorted()

type Rule = { alert?: string; record?: string; expr: string; annotations?: { runbook?: string; summary?: string } }
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

describe('alerts', () => {
  it('have a section each that says what it means, how to look, how to mend and how to know that it is mended', () => {
    expect([...sections.keys()].toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted())
    for (const [alert, text] of sections)
      for (const part of ['For people', 'Look', 'Mend', 'Mended when'])
        expect(text, alert).toContain(`\n- **${part}:** `)
  })

  it('lead to their section', () => {
    for (const { alert, annotations } of alerts) {
      expect(annotations?.runbook, alert).toBe(`docs/operations.md#${alert.toLowerCase()}`)
      expect(annotations?.summary, alert).toBeTruthy()
    }
  })
})

/** What the programs that others made expose, as far as rules and dashboards ask for it. */
const exporters: Readonly<Record<string, readonly string[]>> = {
  prometheus: ['up'],
  'prometheus-nats-exporter': [
    'nats_varz_jetstream_stats_storage',
    'nats_varz_jetstream_config_max_storage',
    'nats_stream_total_messages',
  ],
}

const ours = async (): Promise<Map<string, readonly string[]>> => {
  const bridge = relayBridge()
  createHomeRelayMetrics(bridge.registry, () => 0)
  const none = { projections: () => ({ people: undefined, chains: undefined }) }
  const registers = [
    gateway().registry,
    push(() => undefined).registry,
    auth({ depth: () => 0, serverTimeoutSeconds: 8 }).register,
    registry({ ...none, reactions: () => ({ directory_repair: undefined, settlement: undefined }) }).register,
    bridge.registry,
  ]
  const known = new Map<string, readonly string[]>()
  for (const register of registers)
    for (const { name } of await register.getMetricsAsJSON()) {
      const metric = register.getSingleMetric(name) as { labelNames?: readonly string[] } | undefined
      known.set(name, metric?.labelNames ?? [])
    }
  return known
}

const words = new Set(
  'sum max min avg count by without on ignoring rate increase irate histogram_quantile absent and or unless le group_left label_replace time clamp_min topk vector bool offset'.split(
    ' ',
  ),
)

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
  const others = Object.values(exporters).flat()
  return selectedIn(expr).flatMap(({ name, labels }) => {
    const own = known.get(name) ?? known.get(name.replace(/_(bucket|sum|count)$/, ''))
    if (!own) return recorded.includes(name) || others.includes(name) ? [] : [`there is no metric ${name}`]
    return labels
      .filter((label) => !own.includes(label) && !['le', 'instance', 'job'].includes(label))
      .map((label) => `${name} has no label ${label}`)
  })
}

const expressionsOf = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'expr' && typeof inner === 'string' ? [inner] : expressionsOf(inner),
  )
}

describe('rules and dashboards', () => {
  it('ask for metrics and labels that the services have, or an exporter that is named', async () => {
    const known = await ours()
    const asked = [
      ...allRules.map(({ expr }) => expr),
      ...dashboards.flatMap((file) => expressionsOf(JSON.parse(read(file)))),
    ]
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
    await run('test', 'rules', ...tried)
    const drawn = dashboards.flatMap((file) => expressionsOf(JSON.parse(read(file))))
    expect(drawn.length).toBeGreaterThan(10)
    const asRules = join(mkdtempSync(join(tmpdir(), 'kez-drawn-')), 'drawn.yml')
    const recorded = drawn.map((expr, i) => ({ record: `drawn:${i}`, expr }))
    writeFileSync(asRules, JSON.stringify({ groups: [{ name: 'drawn', rules: recorded }] }))
    expect((await run('check', 'rules', asRules)).stdout).toContain(`SUCCESS: ${drawn.length} rules found`)
    rmSync(dirname(asRules), { recursive: true })
  })
})
