import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseHandle, signRequest, streamAuthText } from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { newEnvelope, newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'
import { openSlowReader } from './slow-reader.ts'

let rig: Rig
let gateway: TestGateway
let other: TestGateway

beforeAll(async () => {
  rig = await startRig()
  gateway = await rig.startGateway()
  other = await rig.startGateway({ KEZ_STREAMS_PER_PERSON: '2', KEZ_STREAMS_PER_ADDRESS: '4' })
})
afterAll(async () => rig?.stop())

const auth = ({ handle, signer }: Person): string =>
  signRequest(streamAuthText(parseHandle(handle)), signer, Date.now())
const post = async (to: Person, at = gateway): Promise<number> =>
  (await at.client.postMessage({ to: to.handle, envelope: newEnvelope() })).seq

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
/** Bytes that are really in use: heap and buffers after a collection. */
const memory = (): number => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const metric = async ({ app }: TestGateway, name: string): Promise<number> =>
  Number(new RegExp(`^kez_gateway_${name} (\\d+)$`, 'm').exec(await app.metrics.metrics())?.[1])

const listen = (at: TestGateway, { handle, signer }: Person, since?: number) => {
  const seqs: number[] = []
  let live = 0
  const feed = at.client.openInbox({
    handle,
    signer,
    since,
    onMessage: ({ seq }) => {
      seqs.push(seq)
    },
    onStatus: (status) => {
      if (status === 'live') live += 1
    },
  })
  return {
    feed,
    seqs,
    untilLive: () => expect.poll(() => live, { timeout: 10_000 }).toBeGreaterThan(0),
  }
}

test('a message appears on the live stream of every device of its recipient, and of nobody else', async () => {
  const [alice, bob] = [await newPerson(gateway), await newPerson(gateway)]
  const feeds = [listen(gateway, alice), listen(other, alice), listen(gateway, bob)]
  for (const { untilLive } of feeds) await untilLive()
  const seq = await post(alice)
  await expect.poll(() => feeds.map(({ seqs }) => seqs)).toEqual([[seq], [seq], []])
  for (const { feed } of feeds) await feed.close()
})

test('without a cursor a stream begins now, with one it begins behind it', async () => {
  const alice = await newPerson(gateway)
  const before = [await post(alice), await post(alice), await post(alice)]
  const live = listen(gateway, alice)
  const all = listen(gateway, alice, 0)
  const some = listen(gateway, alice, before[1])
  await live.untilLive()
  await expect.poll(() => [all.seqs.length, some.seqs.length]).toEqual([3, 1])
  const after = await post(alice)
  await expect.poll(() => live.seqs).toEqual([after])
  await expect.poll(() => all.seqs).toEqual([...before, after])
  await expect.poll(() => some.seqs).toEqual([before[2], after])
  for (const { feed } of [live, all, some]) await feed.close()
})

test('the stream starts after the greater of since and Last-Event-ID, also for EventSource with ?auth=', async () => {
  const alice = await newPerson(gateway)
  const [first, second, third] = [await post(alice), await post(alice), await post(alice)]
  const url = `${gateway.baseUrl}/v1/inbox/${alice.handle}/stream?since=${first}&auth=${auth(alice)}`
  const response = await fetch(url, { headers: { 'last-event-id': String(second) } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('"seq"')) text += (await reader?.read())?.value ?? ''
  expect(text).toContain(`id: ${third}\nevent: message\ndata: {"seq":${third},`)
  expect(text).not.toContain(`id: ${second}`)
  await reader?.cancel()
})

test('a cursor beyond the inbox is told apart from a bad one', async () => {
  const alice = await newPerson(gateway)
  const seq = await post(alice)
  const open = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.baseUrl}/v1/inbox/${alice.handle}/stream?${query}`, {
      headers: { 'x-kez-auth': auth(alice), ...headers },
    })
  await expectProblem(await open(`since=${seq + 1_000_000}`), 'cursor_reset')
  await expectProblem(await open('', { 'last-event-id': String(seq + 1_000_000) }), 'cursor_reset')
  await expectProblem(await open('since=abc'), 'malformed')
  await expectProblem(await open('', { 'last-event-id': 'abc' }), 'malformed')
})

test('nothing is missed and nothing comes twice while people post, devices reconnect and NATS restarts', async () => {
  const alice = await newPerson(gateway)
  const accepted: number[] = []
  let posting = true
  const postOn = async (at: TestGateway): Promise<void> => {
    while (posting) {
      const envelope = newEnvelope()
      // As clients do: the same envelope again until it is accepted.
      while (posting)
        try {
          accepted.push((await at.client.postMessage({ to: alice.handle, envelope })).seq)
          break
        } catch {
          await sleep(50)
        }
      await sleep(5)
    }
  }
  const posters = [postOn(gateway), postOn(gateway), postOn(other)]
  const steady = listen(gateway, alice, 0)
  const far = listen(other, alice, 0)
  const hopping: number[] = []
  let hop = listen(gateway, alice, 0)
  const reconnect = async (): Promise<void> => {
    await hop.feed.close()
    hopping.push(...hop.seqs)
    hop = listen(Math.random() < 0.5 ? gateway : other, alice, hopping.at(-1) ?? 0)
  }
  for (let i = 0; i < 5; i++) {
    await sleep(200)
    await reconnect()
  }
  await rig.nats.kill('SIGKILL')
  await rig.nats.restart()
  const restarted = accepted.length
  await expect.poll(() => accepted.length, { timeout: 30_000 }).toBeGreaterThan(restarted + 50)
  for (let i = 0; i < 3; i++) {
    await sleep(200)
    await reconnect()
  }
  posting = false
  await Promise.all(posters)
  const wanted = [...new Set(accepted)].sort((a, b) => a - b)
  const readers = [() => steady.seqs, () => far.seqs, () => [...hopping, ...hop.seqs]]
  for (const seqs of readers) {
    await expect.poll(() => seqs().at(-1), { timeout: 30_000 }).toBeGreaterThanOrEqual(wanted.at(-1) ?? 0)
    expect(seqs()).toEqual([...new Set(seqs())].sort((a, b) => a - b))
    // A post whose answer was lost may be there as well: what was accepted must be.
    expect(wanted.filter((seq) => !seqs().includes(seq))).toEqual([])
  }
  for (const { feed } of [steady, far, hop]) await feed.close()
}, 120_000)

test('a reader that does not read costs little memory, disturbs nobody, and gets everything once it reads', async () => {
  const alice = await newPerson(gateway)
  const slow = await openSlowReader(gateway.baseUrl, `/v1/inbox/${alice.handle}/stream?since=0`, auth(alice))
  const quick = listen(gateway, alice, 0)
  await quick.untilLive()
  const before = memory()
  const sent: number[] = []
  for (let i = 0; i < 15; i++) {
    const posts = Array.from({ length: 8 }, () =>
      gateway.client.postMessage({ to: alice.handle, envelope: newEnvelope(200_000) }),
    )
    for (const { seq } of await Promise.all(posts)) sent.push(seq)
  }
  sent.sort((a, b) => a - b)
  await expect.poll(() => quick.seqs.length, { timeout: 45_000 }).toBe(120)
  expect(quick.seqs).toEqual(sent)
  await quick.feed.close()
  // 24 MB were posted; had they been queued for the slow reader, they would be here.
  await expect.poll(() => memory() - before).toBeLessThan(15_000_000)
  const got = await slow.readUntil(sent.at(-1) ?? 0, 60_000)
  expect(got).toEqual(sent)
  slow.close()
}, 120_000)

test('a client that vanishes is let go of', async () => {
  const alice = await newPerson(gateway)
  const open = (): Promise<number> => metric(gateway, 'streams_open')
  const before = await open()
  const slow = await openSlowReader(gateway.baseUrl, `/v1/inbox/${alice.handle}/stream`, auth(alice))
  await expect.poll(open).toBe(before + 1)
  slow.close()
  await expect.poll(open).toBe(before)
})

test('a person has a number of streams, the oldest of which makes room; an address has a number of streams', async () => {
  const [alice, bob, carol] = [await newPerson(other), await newPerson(other), await newPerson(other)]
  const open = (person: Person) =>
    openSlowReader(other.baseUrl, `/v1/inbox/${person.handle}/stream`, auth(person), { read: true })
  const oldest = await open(alice)
  const readers = [oldest, await open(alice), await open(alice)]
  await expect.poll(() => oldest.ended()).toBe(true)
  expect(oldest.text()).toMatch(/retry: \d+\n\n$/)
  readers.push(await open(bob), await open(bob))
  const refused = await fetch(`${other.baseUrl}/v1/inbox/${carol.handle}/stream`, {
    headers: { 'x-kez-auth': auth(carol) },
  })
  await expectProblem(refused, 'rate_limited')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  for (const reader of readers) reader.close()
})

test('when the server stops, streams end with a hint when to come back and requests under way are answered', async () => {
  const leaving = await rig.startGateway()
  const alice = await newPerson(gateway)
  const reader = await openSlowReader(leaving.baseUrl, `/v1/inbox/${alice.handle}/stream`, auth(alice), { read: true })
  // NATS stands still, so that every post has come in and none is answered yet.
  process.kill(rig.nats.pid(), 'SIGSTOP')
  const posts = Array.from({ length: 20 }, () => post(alice, leaving))
  await expect.poll(() => metric(leaving, 'requests_under_way')).toBe(20)
  const stopped = leaving.app.stop()
  process.kill(rig.nats.pid(), 'SIGCONT')
  expect(new Set(await Promise.all(posts)).size).toBe(20)
  await stopped
  await expect.poll(() => reader.ended()).toBe(true)
  expect(Number(/retry: (\d+)\n\n$/.exec(reader.text())?.[1])).toBeGreaterThan(0)
  await expect(fetch(`${leaving.baseUrl}/livez`)).rejects.toThrow()
  reader.close()
})
