import { readFileSync } from 'node:fs'
import { PushFailure } from '@kez-chat/contracts'
import { expect, it } from 'vitest'
import { createMetrics } from '../src/metrics.ts'

const rules = readFileSync(new URL('../../../deploy/prometheus/push.rules.yml', import.meta.url), 'utf8')

it('alerts are about figures and outcomes that exist', async () => {
  const known = (await createMetrics(() => undefined).registry.getMetricsAsJSON()).map(({ name }) => name)
  const named = new Set(rules.match(/\bkez_push_\w+/g))
  expect([...named].filter((name) => !known.includes(name))).toEqual([])
  expect(named).toContain('kez_push_attempts_total')

  const outcomes: readonly string[] = ['delivered', ...PushFailure.options]
  const used = [...rules.matchAll(/outcome(?:=|!=|=~)"([^"]+)"/g)].flatMap(([, text = '']) => text.split('|'))
  expect(used.length).toBeGreaterThan(3)
  expect(used.filter((outcome) => !outcomes.includes(outcome))).toEqual([])
})
