import { afterAll, beforeAll, expect, test } from 'vitest'
import { append, type Delivery, ensureStream, LogUnavailable, openTail, type Tail } from '../src/index.ts'
import { freshSubject, type Rig, spec, startRig, whenBack } from './rig.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  await ensureStream(rig.log.jsm, spec, { firstSeq: Date.now() * 100 })
})
afterAll(() => rig.stop())

const add = async (count: number): Promise<number[]> => {
  const events = Array.from({ length: count }, (_, i) => ({ subject: freshSubject(), expectedSeq: 0, event: { i } }))
  return append(rig.log, events)
}

const read = async (tail: Tail, count: number, max: number): Promise<Delivery[]> => {
  const got: Delivery[] = []
  while (got.length < count) got.push(...(await tail.next(max, 1_000)))
  return got
}

test('a tail reads everything after its place in order, in batches, then waits for what comes', async () => {
  const seqs = await add(230)
  const tail = await openTail(rig.log, { stream: spec.name, after: seqs[29] ?? 0, name: 'test' })
  expect((await tail.next(100, 0)).map(({ seq }) => seq)).toEqual(seqs.slice(30, 130))
  expect((await read(tail, 100, 100)).map(({ seq }) => seq)).toEqual(seqs.slice(130))
  expect(await tail.next(100, 50)).toEqual([])
  const waiting = tail.next(100, 20_000)
  const [later] = await add(1)
  expect((await waiting).map(({ seq }) => seq)).toEqual([later])
  await tail.close()
})

test('a tail says how much is still to come', async () => {
  const seqs = await add(10)
  const tail = await openTail(rig.log, { stream: spec.name, after: (seqs[0] ?? 0) - 1, name: 'test' })
  expect((await tail.next(4, 0)).at(-1)?.pending).toBe(6)
  await tail.close()
})

test('closing a tail ends a wait at once', async () => {
  const { state } = await rig.log.jsm.streams.info(spec.name)
  const tail = await openTail(rig.log, { stream: spec.name, after: state.last_seq, name: 'test' })
  const waiting = tail.next(10, 60_000)
  const failed = expect(waiting).rejects.toBeInstanceOf(LogUnavailable)
  await tail.close()
  await failed
})

test('a server restart ends the tail with LogUnavailable instead of silence, and a new one goes on without a gap', async () => {
  const seqs = await add(5)
  const tail = await openTail(rig.log, { stream: spec.name, after: (seqs[0] ?? 0) - 1, name: 'test' })
  const first = await tail.next(3, 0)
  await rig.nats.restart()
  await expect(
    (async () => {
      for (;;) await tail.next(1, 100)
    })(),
  ).rejects.toBeInstanceOf(LogUnavailable)
  await whenBack(rig.log)
  const after = first.at(-1)?.seq ?? 0
  const again = await openTail(rig.log, { stream: spec.name, after, name: 'test' })
  expect((await read(again, 2, 10)).map(({ seq }) => seq)).toEqual(seqs.slice(3))
  await again.close()
})
