import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { DashboardSpec } from '../../scripts/dashboards/dashboard.ts'
import type { PanelSpec } from '../../scripts/dashboards/panel.ts'
import { dashboardFiles, savedDashboard } from '../../scripts/dashboards.ts'

const root = join(import.meta.dirname, '..', '..')
const files = dashboardFiles()
const panelsOf = ({ rows }: DashboardSpec): PanelSpec[] => rows.flatMap(({ panels }) => panels)

type Rule = { alert?: string; expr: string; labels?: { severity?: string } }
const rules = globSync('deploy/prometheus/*.rules.yml', { cwd: root }).flatMap((file) =>
  (parse(readFileSync(join(root, file), 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    (group) => group.rules,
  ),
)
const alerts = new Map(rules.flatMap((rule) => (rule.alert ? [[rule.alert, rule] as const] : [])))

describe('dashboards', () => {
  it('are in deploy/grafana as they are made here (node scripts/dashboards.ts writes them anew), and no others', () => {
    for (const { file, text } of files) expect(savedDashboard(file) === text, file).toBe(true)
    const there = globSync('deploy/grafana/provisioning/dashboards/*.json', { cwd: root }).map((file) =>
      join(root, file),
    )
    expect(there.toSorted()).toEqual(files.map(({ file }) => file).toSorted())
  })

  it.each(files.map(({ spec }) => spec))('$uid says on every panel what it shows and what to do', (spec) => {
    for (const { title, shows, todo } of panelsOf(spec)) {
      expect(shows, title).toMatch(/^.{8,}\.$/s)
      expect(todo.length, title).toBeGreaterThan(5)
      expect(`${shows} ${todo}`, title).not.toMatch(/'/)
    }
    const titles = panelsOf(spec).map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it.each(files.map(({ spec }) => spec))('$uid fits the grid, and its panels do not lie on each other', (spec) => {
    const { panels } = JSON.parse(files.find((file) => file.spec === spec)?.text ?? '') as {
      panels: { gridPos: { x: number; y: number; w: number; h: number }; title: string }[]
    }
    const taken = new Map<string, string>()
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x} ${y}`), title).toBeUndefined()
          taken.set(`${x} ${y}`, title)
        }
    }
  })

  it('lead to alerts that there are, and to dashboards that there are', () => {
    const uids = files.map(({ spec }) => spec.uid)
    for (const { spec } of files)
      for (const { title, limits, alerts: others = [], more } of panelsOf(spec)) {
        for (const name of [...others, ...(limits?.alert ? [limits.alert] : [])])
          expect(alerts.has(name), `${spec.uid}: ${title}: ${name}`).toBe(true)
        if (more !== undefined) expect(uids, title).toContain(more)
      }
  })

  it('turn orange or red at the value at which the alert of the panel fires, as its severity says', () => {
    const judged = files.flatMap(({ spec }) => panelsOf(spec).filter(({ limits }) => limits?.alert !== undefined))
    expect(judged.length).toBeGreaterThan(8)
    for (const { title, limits } of judged) {
      const rule = alerts.get(limits?.alert ?? '')
      const severity = rule?.labels?.severity === 'critical' ? 'critical' : 'warning'
      const at = limits?.[severity]
      expect(at, title).toBeDefined()
      // "above 0" of a count is 1 on the panel.
      const values = [...(rule?.expr.matchAll(/(?:[<>]=?\s*|le=")([\d.]+)(?: \* (\d+))?/g) ?? [])].map(
        ([, value, times = 1]) => Number(value) * Number(times),
      )
      expect(values.includes(Number(at)) || (at === 1 && values.includes(0)), `${title}: ${at} of ${values}`).toBe(true)
    }
  })

  it('lead to every alert from some panel', () => {
    const led = new Set(
      files.flatMap(({ spec }) =>
        panelsOf(spec).flatMap(({ limits, alerts: others = [] }) => [limits?.alert, ...others]),
      ),
    )
    expect([...alerts.keys()].filter((name) => !led.has(name))).toEqual([])
  })

  it('ask of NATS what leaders say of streams and consumers, and never sum it over copies', () => {
    const copies = new Set(['Copies', 'Copies: how far the last is behind'])
    for (const { spec } of files)
      for (const { title, queries } of panelsOf(spec))
        for (const [expression] of queries) {
          if (/\bnats_consumer_/.test(expression)) expect(expression, title).toContain('is_consumer_leader="true"')
          if (/\bnats_stream_/.test(expression) && !copies.has(title))
            expect(expression, title).toContain('is_stream_leader="true"')
          // Consumers of people are named by their keys.
          if (/\bnats_consumer_/.test(expression)) expect(expression, title).toMatch(/consumer_name=/)
        }
  })

  it('take what compose and what a PodMonitor names: by variables for job and namespace alone', () => {
    for (const { spec } of files)
      for (const { title, queries } of panelsOf(spec))
        for (const [expression] of queries)
          for (const [selected] of expression.matchAll(/\b(kez|nats|process|nodejs|up)[a-z_]*\{[^}]*\}/g))
            expect(selected, title).toMatch(/\{job=~"\$(job|nats)", namespace=~"\$namespace"/)
  })
})
