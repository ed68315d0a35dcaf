import { expect, it } from 'vitest'
import { serviceMetrics } from '../../scripts/documents/service-metrics.ts'
import { metricsDocument, savedMetrics } from '../../scripts/metrics.ts'

const own = async () => (await serviceMetrics()).filter(({ title }) => title !== 'Process')

it('documents every metric as its service has it (node scripts/metrics.ts writes them anew)', async () => {
  expect(savedMetrics()).toBe(await metricsDocument())
})

/** What a name may end in: a unit, or what is counted where there is no unit. */
const counted =
  /_(info|ready|connected|stopped|events|messages|statements|connections|sessions|open|under_way|people|depth|limit|pending|subscriptions|addresses|owned|state|waiting)$/
const measured = /_(seconds|bytes)$/

it('names metrics as Prometheus wants them: of ours, in lower case, counters in _total, the others in a unit or in what they count', async () => {
  const faults = (await own()).flatMap(({ metrics }) =>
    metrics.filter(({ name, type }) => {
      if (!/^kez_[a-z0-9]+(_[a-z0-9]+)+$/.test(name)) return true
      if (type === 'counter') return !name.endsWith('_total')
      return name.endsWith('_total') || !(measured.test(name) || counted.test(name))
    }),
  )
  expect(faults.map(({ name, type }) => `${name} (${type})`)).toEqual([])
})

it('says of every metric what it means, and has each name once', async () => {
  const all = (await own()).flatMap(({ metrics }) => metrics)
  expect(all.length).toBeGreaterThan(70)
  expect(all.filter(({ help }) => help.length < 15).map(({ name }) => name)).toEqual([])
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
})

it('has no label whose values could name a person, a key, an address or an endpoint', async () => {
  const labels = new Set((await own()).flatMap(({ metrics }) => metrics.flatMap((metric) => metric.labels)))
  expect([...labels].toSorted()).toEqual([
    'command',
    'connection',
    'decision',
    'found',
    'how',
    'kind',
    'limit',
    'method',
    'node',
    'offence',
    'outcome',
    'projection',
    'reaction',
    'reason',
    'relay',
    'request',
    'route',
    'schema',
    'service',
    'state',
    'status',
    'stream',
    'subject',
    'type',
    'version',
    'way',
    'what',
    'why',
  ])
})
