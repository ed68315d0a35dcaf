import { afterAll, beforeAll, expect, test } from 'vitest'
import { newEnvelope, newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
})
afterAll(async () => rig?.stop())

const fill = async (to: Person, count: number, bytes = 100): Promise<number[]> => {
  const seqs: number[] = []
  for (let i = 0; i < count; i++)
    seqs.push((await gateway.client.postMessage({ to: to.handle, envelope: newEnvelope(bytes) })).seq)
  return seqs
}

/** Reads page by page as a client does. */
const pages = async (person: Person, limit: number) => {
  const found: { seqs: number[]; next: number | null }[] = []
  for (let since: number | null = 0; since !== null; since = found.at(-1)?.next ?? null) {
    const { messages, next } = await gateway.client.readInbox(person, { since, limit })
    found.push({ seqs: messages.map(({ seq }) => seq), next })
  }
  return found
}

test('an empty inbox is one empty page', async () => {
  const alice = await newPerson(gateway)
  expect(await gateway.client.readInbox(alice)).toEqual({
    messages: [],
    next: null,
    mailbox: { messages: 0, max_messages: 10_000, max_bytes: 268_435_456, full: false },
  })
})

test('pages follow each other without gap or double, and next is null exactly at the end', async () => {
  const alice = await newPerson(gateway)
  const bob = await newPerson(gateway)
  const seqs: number[] = []
  for (let i = 0; i < 6; i++) {
    seqs.push(...(await fill(alice, 2)))
    await fill(bob, 1)
  }
  const found = await pages(alice, 4)
  expect(found).toEqual([
    { seqs: seqs.slice(0, 4), next: seqs[3] },
    { seqs: seqs.slice(4, 8), next: seqs[7] },
    { seqs: seqs.slice(8), next: null },
  ])
  expect((await pages(alice, 500)).map(({ next }) => next)).toEqual([null])
})

test('a page stays of bounded size, however large the messages are', async () => {
  const alice = await newPerson(gateway)
  const seqs = await fill(alice, 45, 250_000)
  const found = await pages(alice, 500)
  expect(found.length).toBeGreaterThan(1)
  expect(Math.max(...found.map((page) => page.seqs.length))).toBeLessThan(40)
  expect(found.flatMap((page) => page.seqs)).toEqual(seqs)
})

test('since leaves out what is known, and a cursor beyond the inbox is told', async () => {
  const alice = await newPerson(gateway)
  const seqs = await fill(alice, 3)
  const [, second, third = 0] = seqs
  const { messages } = await gateway.client.readInbox(alice, { since: second ?? 0 })
  expect(messages.map(({ seq }) => seq)).toEqual([third])
  expect((await gateway.client.readInbox(alice, { since: third })).messages).toEqual([])
  await expect(gateway.client.readInbox(alice, { since: third + 1 })).rejects.toMatchObject({
    code: 'cursor_reset',
    status: 410,
  })
})

test('a cursor that was just given out is never taken for one beyond the inbox, however busy the inbox is', async () => {
  const alice = await newPerson(gateway)
  let busy = true
  const readOn = async (): Promise<void> => {
    while (busy) await gateway.client.readInbox(alice, { limit: 1 })
  }
  const readers = [readOn(), readOn(), readOn()]
  for (const _ of Array(100)) {
    const [seq = 0] = await fill(alice, 1)
    expect((await gateway.client.readInbox(alice, { since: seq })).messages).toEqual([])
  }
  busy = false
  await Promise.all(readers)
})

test('freeing removes what was read and nothing else, for nobody else', async () => {
  const [alice, bob] = [await newPerson(gateway), await newPerson(gateway)]
  const [first = 0, ...rest] = await fill(alice, 1)
  await fill(bob, 1)
  rest.push(...(await fill(alice, 2)))
  await gateway.client.freeInbox(alice, first)
  expect((await gateway.client.readInbox(alice)).messages.map(({ seq }) => seq)).toEqual(rest)
  expect((await gateway.client.readInbox(bob)).messages).toHaveLength(1)
  await gateway.client.freeInbox(alice, 0)
  expect((await gateway.client.readInbox(alice)).messages).toHaveLength(2)
})

test('nobody can free what has not come yet', async () => {
  const alice = await newPerson(gateway)
  const [seq = 0] = await fill(alice, 1)
  await expect(gateway.client.freeInbox(alice, seq + 1_000_000)).rejects.toMatchObject({ code: 'cursor_reset' })
  expect((await gateway.client.readInbox(alice)).messages).toHaveLength(1)
})

test('one inbox is read eight times at once, the ninth reader is asked to wait', async () => {
  const alice = await newPerson(gateway)
  await fill(alice, 1)
  // NATS stands still until all have come, so that they go on to their reading at the same moment.
  process.kill(rig.nats.pid(), 'SIGSTOP')
  const reads = Array.from({ length: 16 }, () => gateway.client.readInbox(alice))
  const settled = Promise.allSettled(reads)
  await expect
    .poll(async () => /^kez_gateway_requests_under_way (\d+)$/m.exec(await gateway.app.metrics.metrics())?.[1], {
      timeout: 20_000,
    })
    .toBe('16')
  process.kill(rig.nats.pid(), 'SIGCONT')
  const refused = (await settled).flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  // The very first may be done before the others begin.
  expect([7, 8]).toContain(refused.length)
  for (const reason of refused) expect(reason).toMatchObject({ code: 'rate_limited', retryAfter: 1 })
  await gateway.client.readInbox(alice)
})

test('sequences of a new server are above those of every earlier one', async () => {
  const alice = await newPerson(gateway)
  const [seq = 0] = await fill(alice, 1)
  expect(seq).toBeGreaterThan((Date.now() - 3_600_000) * 100)
  expect(Number.isSafeInteger(seq * 10)).toBe(true)
})
