import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@kez-chat/client'
import { type ClusterStack, type NatsNode, startClusterStack, untilHealthy } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kez } from '../../cli/test/kez.ts'
import { accountForAll, summaryOf } from './account.ts'
import { sameOnAll } from './copies.ts'
import { codeOf, type Load, newEnvelope, startLoad, withoutLimits } from './load.ts'

// What is lost of a cluster, and what an operator sees and does: docs/operations.md, Losing a node.

let stack: ClusterStack
let load: Load
let nodes: readonly NatsNode[]

beforeAll(async () => {
  stack = await startClusterStack({ env: withoutLimits })
  nodes = stack.nats.nodes
  load = await startLoad({ url: stack.url, people: 8, postsPerSecond: 10 })
  await sleep(2_000)
}, 300_000)

afterAll(async () => {
  await load?.close()
  await stack?.stop()
})

const node = (index: number): NatsNode => {
  const found = nodes[index]
  if (!found) throw new Error(`there is no node ${index}`)
  return found
}

/** The doctor's findings about NATS, as `kez admin doctor` prints them. */
const doctor = async (): Promise<string> => {
  const env = {
    KEZ_INTERNAL_URL: stack.internal.gateway,
    KEZ_NATS_MONITOR_URL: nodes.map(({ monitorUrl }) => monitorUrl).join(','),
  }
  const { out, err } = await kez(['admin', 'doctor', '--only', 'inside'], { env })
  return (out + err)
    .split('\n')
    .filter((line) => /nats\./.test(line))
    .join('\n')
}

const refusedSince = (since: number) => summaryOf(load, since).refused

it('a node that lost its disk comes back empty and is filled again by the others, unnoticed by people', async () => {
  const since = performance.now()
  const lost = node(1)
  await lost.kill('SIGKILL')
  lost.empty()
  await sleep(3_000)
  console.log(`one node away:\n${await doctor()}`)
  const began = performance.now()
  await lost.start()
  await untilHealthy(nodes)
  console.log(`caught up after ${Math.round(performance.now() - began)} ms:\n${await doctor()}`)
  const { slowest, longestGap } = summaryOf(load, since)
  console.log(`slowest post ${slowest} ms, longest without one ${longestGap} ms`)
  expect(refusedSince(since)).toEqual({})
})

it('a node that is frozen is a delay, and nothing is lost when it goes on', async () => {
  const since = performance.now()
  const frozen = node(2)
  frozen.pause()
  await sleep(25_000)
  frozen.resume()
  await untilHealthy(nodes)
  const { slowest, longestGap, refused } = summaryOf(load, since)
  console.log(
    `frozen for 25 s: slowest post ${slowest} ms, longest without one ${longestGap} ms, ${JSON.stringify(refused)}`,
  )
  expect(Object.keys(refused).filter((code) => code !== 'unavailable' && code !== 'network')).toEqual([])
})

it('with two nodes lost posts, inboxes and lookups are refused as unavailable, and everything comes back with one of the two', async () => {
  const hasty = createClient({ baseUrl: stack.url, retries: 0, timeout: 30_000 })
  await node(1).kill('SIGKILL')
  await node(2).kill('SIGKILL')
  await sleep(5_000)
  const answer = await fetch(`${stack.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: 'member0', envelope: newEnvelope() }),
  })
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ code: 'unavailable' })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  const [member] = load.members
  if (!member) throw new Error('nobody is there')
  const read = await hasty.readInbox({ handle: member.handle, signer: member.key }).then(
    ({ messages }) => `${messages.length} messages`,
    (error: unknown) => codeOf(error),
  )
  console.log(`two nodes away: reading an inbox says ${read}`)
  expect(read).toBe('unavailable')
  // Nobody is vouched for on an old word: whether a key still counts is for its sigchain to say.
  expect(await hasty.lookup('member0').then(({ handle }) => handle, codeOf)).toBe('unavailable')
  console.log(`two nodes away:\n${await doctor()}`)
  const began = performance.now()
  await node(1).start()
  await expect
    .poll(() => hasty.postMessage({ to: 'member0', envelope: newEnvelope() }).then(() => 'accepted', codeOf), {
      interval: 200,
    })
    .toBe('accepted')
  console.log(`a second node is back: the first post was accepted after ${Math.round(performance.now() - began)} ms`)
  await node(2).start()
  await untilHealthy(nodes)
})

// Another file system needs root.
it.runIf(process.getuid?.() === 0)(
  'a node whose disk is full takes no part, the others go on, and it comes back once there is room',
  async () => {
    const full = node(0)
    const store = full.storeDir
    await full.kill('SIGTERM')
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'tmpfs', store])
    expect(mounted.status, String(mounted.stderr)).toBe(0)
    try {
      await full.start()
      await untilHealthy(nodes)
      const since = performance.now()
      const filler = join(store, 'filler')
      const { bavail, bsize } = statfsSync(store)
      writeFileSync(filler, Buffer.alloc(bavail * bsize))
      await sleep(20_000)
      const said = full
        .log()
        .split('\n')
        .filter((line) => /no space|out of space|DISABLED/i.test(line))
      console.log(`a full disk: ${said.at(0)?.slice(0, 300)}\n${await doctor()}`)
      const { slowest, refused } = summaryOf(load, since)
      console.log(`slowest post ${slowest} ms, ${JSON.stringify(refused)}`)
      expect(Object.keys(refused).filter((code) => code !== 'unavailable' && code !== 'network')).toEqual([])
      rmSync(filler)
      await full.kill('SIGKILL')
      await full.start()
      await untilHealthy(nodes)
      await load.stopPosting()
      console.log(JSON.stringify(summaryOf(load)))
      await accountForAll(load)
      await sameOnAll(nodes)
    } finally {
      await full.kill('SIGKILL')
      spawnSync('umount', ['-l', store])
    }
  },
)
