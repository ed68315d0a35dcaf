import { setTimeout as sleep } from 'node:timers/promises'
import type { AcceptedMessage, InboxMessage } from '@kez-chat/contracts'
import { slowDownDisk } from '@kez-chat/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newEnvelope, newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
})
afterAll(async () => rig?.stop())

const readAll = async (person: Person): Promise<InboxMessage[]> => {
  const all: InboxMessage[] = []
  for (let since: number | null = 0; since !== null; ) {
    const page = await gateway.client.readInbox(person, { since, limit: 500 })
    all.push(...page.messages)
    since = page.next
  }
  return all
}

test('after nats-server was killed in the middle of posts every 201 is in the inbox, and none twice', async () => {
  const alice = await newPerson(gateway)
  const accepted: AcceptedMessage[] = []
  let slowest = 0
  let posting = true
  /** Sends the same envelope until it is accepted, as clients do. */
  const deliver = async (envelope: Record<string, unknown>): Promise<void> => {
    while (posting) {
      const began = performance.now()
      try {
        accepted.push(await gateway.client.postMessage({ to: alice.handle, envelope }))
        slowest = Math.max(slowest, performance.now() - began)
        return
      } catch {
        await sleep(20)
      }
    }
  }
  const poster = async (): Promise<void> => {
    while (posting) await deliver(newEnvelope())
  }
  const posters = Array.from({ length: 16 }, poster)
  for (let kill = 0; kill < 3; kill++) {
    const before = accepted.length
    await expect.poll(() => accepted.length, { timeout: 30_000 }).toBeGreaterThan(before + 100)
    await rig.nats.kill('SIGKILL')
    await rig.nats.restart()
  }
  const before = accepted.length
  await expect.poll(() => accepted.length, { timeout: 30_000 }).toBeGreaterThan(before + 100)
  posting = false
  await Promise.all(posters)
  // The kills really came in between: somebody was kept waiting for as long as a connection is not tried again.
  expect(slowest).toBeGreaterThan(500)

  const stored = await readAll(alice)
  const ids = stored.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const bySeq = new Map(stored.map((message) => [message.seq, message]))
  for (const { id, seq, accepted_at } of accepted)
    expect(bySeq.get(seq)).toMatchObject({ id, seq, received_at: accepted_at })
}, 180_000)

test.runIf(process.platform === 'linux')('no 201 comes sooner than the disk', async () => {
  const alice = await newPerson(gateway)
  const post = async (): Promise<number> => {
    const started = performance.now()
    await gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope() })
    return performance.now() - started
  }
  await post()
  const delay = 200
  const restore = await slowDownDisk(rig.nats.pid(), delay)
  try {
    const times = []
    for (let i = 0; i < 8; i++) times.push(await post())
    times.push(...(await Promise.all([post(), post(), post(), post()])))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(delay)
  } finally {
    await restore()
  }
  // The delay was the disk's and nobody else's.
  const after = await Promise.all([post(), post(), post(), post(), post(), post(), post(), post()])
  expect(Math.min(...after)).toBeLessThan(delay)
})
