import { setTimeout as sleep } from 'node:timers/promises'
import { type ClusterStack, startClusterStack, untilHealthy } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accountForAll, summaryOf } from './account.ts'
import { sameOnAll } from './copies.ts'
import { type Load, startLoad, withoutLimits } from './load.ts'

// What an operator does for a new version, under load: one process after the other is told to end and started again.

let stack: ClusterStack
let load: Load

beforeAll(async () => {
  stack = await startClusterStack({ env: withoutLimits })
  load = await startLoad({ url: stack.url, people: 12, postsPerSecond: 20 })
  await sleep(3_000)
}, 300_000)

afterAll(async () => {
  await load?.close()
  await stack?.stop()
})

/** Does something under load; prints what people noticed, and fails when a post failed for good. */
const noticed = async (what: string, work: () => Promise<void>): Promise<void> => {
  const since = performance.now()
  await work()
  await sleep(1_000)
  const { posts, refused, slowest, longestGap, p50 } = summaryOf(load, since)
  console.log(`${what}: ${posts} posts, p50 ${p50} ms, slowest ${slowest} ms, longest without one ${longestGap} ms`)
  expect(refused, what).toEqual({})
}

it.each(['registry', 'auth', 'push', 'relay-bridge', 'gateway'] as const)(
  'no post fails while %s is restarted, one process after the other',
  async (name) => {
    for (const replica of stack.services[name].replicas)
      await noticed(replica.name, async () => {
        await replica.restart()
        expect(await fetch(`${replica.internal}/readyz`).then(({ status }) => status)).toBe(200)
      })
  },
)

it('no post fails while each node of NATS is taken out by its lame duck mode and comes back', async () => {
  for (const node of stack.nats.nodes)
    await noticed(node.name, async () => {
      await node.kill('SIGUSR2')
      await node.start()
      await untilHealthy(stack.nats.nodes)
    })
})

it('everybody has read everything, once and in order, and every node holds it', async () => {
  await load.stopPosting()
  console.log(JSON.stringify(summaryOf(load)))
  await accountForAll(load)
  await sameOnAll(stack.nats.nodes)
})
