import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { mergedText } from './merged-text.ts'
import { createServiceMetrics } from './service-metrics.ts'

const service = (name: string) => {
  const registry = new Registry()
  return { registry, metrics: createServiceMetrics(registry, { service: name, version: '1.2.3' }) }
}

it('shows a metric that several services of one process have as one family, told apart by its labels', async () => {
  const [gateway, push] = [service('gateway'), service('push')]
  gateway.metrics.nats('gateway').connected(true)
  push.metrics.nats('push')
  const { body } = await mergedText([gateway.registry, push.registry])
  const lines = body.split('\n')
  expect(lines.filter((line) => line.startsWith('# TYPE kez_nats_connected '))).toHaveLength(1)
  expect(lines.filter((line) => line.startsWith('kez_nats_connected{'))).toEqual([
    'kez_nats_connected{service="gateway",connection="gateway"} 1',
    'kez_nats_connected{service="push",connection="push"} 0',
  ])
  const kinds = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
  expect(new Set(kinds).size).toBe(kinds.length)
})

it('has a figure for what has not happened yet, so that a rate of it is 0 and not nothing', async () => {
  const { registry, metrics } = service('push')
  metrics.nats('push')
  metrics.reaction('push', 'INBOX_0')
  const { body } = await mergedText([registry])
  expect(body).toContain('kez_nats_disconnects_total{service="push",connection="push"} 0')
  expect(body).toContain('kez_dead_letters_total{service="push",reaction="push",stream="INBOX_0"} 0')
  expect(body).toContain('kez_reaction_stopped{service="push",reaction="push",stream="INBOX_0"} 0')
})

it('counts what became of events, and times those that were handled', async () => {
  const { registry, metrics } = service('registry')
  const told = metrics.reaction('directory', 'IDENTITY')
  told.event('handled', 0.02)
  told.event('retried', 3)
  told.event('dead_letter', 200)
  told.pending(7)
  const { body } = await mergedText([registry])
  const labels = 'service="registry",reaction="directory",stream="IDENTITY"'
  expect(body).toContain(`kez_reaction_event_age_seconds_count{${labels}} 1`)
  expect(body).toContain(`kez_reaction_events_total{${labels},outcome="retried"} 1`)
  expect(body).toContain(`kez_dead_letters_total{${labels}} 1`)
  expect(body).toContain(`kez_reaction_pending_events{${labels}} 7`)
})
