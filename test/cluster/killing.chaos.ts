import { setTimeout as sleep } from 'node:timers/promises'
import { type ClusterStack, type Killer, startClusterStack, startKiller } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest'
import { accountForAll, summaryOf } from './account.ts'
import { sameOnAll } from './copies.ts'
import { isRetriable, type Load, startLoad, withoutLimits } from './load.ts'

// People post and read while a node of NATS and a process of a service are killed every few seconds.

const seed = Number(process.env.KEZ_TEST_KILLING ?? Math.floor(Math.random() * 1_000_000))
const killFor = 90_000

let stack: ClusterStack
let load: Load
let killer: Killer

beforeAll(async () => {
  stack = await startClusterStack({ env: withoutLimits })
  load = await startLoad({ url: stack.url, people: 16, postsPerSecond: 40 })
}, 300_000)

afterAll(async () => {
  await load?.close()
  await stack?.stop()
})

it(`nothing that was acknowledged is lost, doubled or out of order while nodes and services are killed (KEZ_TEST_KILLING=${seed})`, async () => {
  onTestFailed(() => {
    console.log(killer.deeds.join('\n'))
    for (const service of Object.values(stack.services)) console.log(service.log().slice(-6_000))
  })
  await sleep(3_000)
  killer = startKiller({ seed, nodes: stack.nats.nodes, services: stack.services })
  await sleep(killFor)
  await killer.stop()
  await sleep(3_000)
  await load.stopPosting()
  const summary = summaryOf(load)
  console.log(JSON.stringify({ ...summary, killed: killer.count }))
  expect(killer.count.nodes).toBeGreaterThan(5)
  expect(killer.count.services).toBeGreaterThan(5)
  expect(Object.keys(summary.refused).filter((code) => !isRetriable(code))).toEqual([])
  await accountForAll(load)
})

it('every node holds every message when all are back', async () => {
  await sameOnAll(stack.nats.nodes)
})
