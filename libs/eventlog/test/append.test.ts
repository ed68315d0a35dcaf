import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  AppendConflict,
  append,
  EventNotStorable,
  ensureStream,
  eventJson,
  LogUnavailable,
  loadLast,
  loadSubject,
  maxEventBytes,
} from '../src/index.ts'
import { connect, freshSubject, type Rig, spec, startRig, whenBack } from './rig.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
  await ensureStream(rig.log.jsm, spec)
})
afterAll(() => rig.stop())

const lastSeq = async (): Promise<number> => (await rig.log.jsm.streams.info(spec.name)).state.last_seq

test('an event goes in when its subject is as expected, with its headers, and is loaded as it was', async () => {
  const subject = freshSubject()
  const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
  const [first] = await append(rig.log, [{ subject, expectedSeq: 0, event: { n: 1, text: 'Grüße 👋' }, headers }])
  const [second] = await append(rig.log, [{ subject, expectedSeq: first ?? 0, event: { n: 2 } }])
  const events = await loadSubject(rig.log, spec.name, subject)
  expect(events.map(({ seq }) => seq)).toEqual([first, second])
  expect(events.map(eventJson)).toEqual([{ n: 1, text: 'Grüße 👋' }, { n: 2 }])
  expect(events[0]?.headers.traceparent).toEqual([headers.traceparent])
  expect(Number((events[0]?.timeNs ?? 0n) / 1_000_000n)).toBeGreaterThan(Date.now() - 60_000)
  expect(await loadLast(rig.log, spec.name, subject)).toEqual(events[1])
})

test('an unknown subject loads as nothing', async () => {
  expect(await loadSubject(rig.log, spec.name, freshSubject())).toEqual([])
  expect(await loadLast(rig.log, spec.name, freshSubject())).toBeUndefined()
})

test.each([
  ['an event', 1],
  ['a batch', 2],
])('%s is refused with AppendConflict when a subject has moved on, and nothing is stored', async (_, size) => {
  const taken = freshSubject()
  await append(rig.log, [{ subject: taken, expectedSeq: 0, event: {} }])
  const before = await lastSeq()
  const events = [freshSubject(), taken].slice(-size).map((subject) => ({ subject, expectedSeq: 0, event: {} }))
  await expect(append(rig.log, events)).rejects.toBeInstanceOf(AppendConflict)
  expect(await lastSeq()).toBe(before)
})

test('a batch of several events is stored in order with consecutive sequences', async () => {
  const before = await lastSeq()
  const subjects = [freshSubject(), freshSubject(), freshSubject()]
  const seqs = await append(
    rig.log,
    subjects.map((subject, i) => ({ subject, expectedSeq: 0, event: { i } })),
  )
  expect(seqs).toEqual([before + 1, before + 2, before + 3])
  for (const [i, subject] of subjects.entries())
    expect((await loadLast(rig.log, spec.name, subject))?.seq).toBe(seqs[i])
})

test('of 20 writers who race for two subjects from different connections exactly one wins, and no orphan stays', async () => {
  const others = await Promise.all(Array.from({ length: 4 }, () => connect(rig.nats)))
  for (let round = 0; round < 10; round++) {
    const before = await lastSeq()
    const [shared, other] = [freshSubject(), freshSubject()]
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        append(others[i % 4] ?? rig.log, [
          { subject: shared, expectedSeq: 0, event: { i } },
          { subject: i % 2 ? other : freshSubject(), expectedSeq: 0, event: { i } },
        ]),
      ),
    )
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(reasons).toHaveLength(19)
    for (const reason of reasons) expect(reason).toBeInstanceOf(AppendConflict)
    expect(await lastSeq()).toBe(before + 2)
  }
  for (const other of others) await other.nc.close()
})

test.each<[string, object, RegExp]>([
  ['U+0000', { a: { b: ['x\0'] } }, /event\.a\.b\[0\] holds U\+0000/],
  ['U+0000 in a name', { 'x\0': 1 }, /a name in event holds U\+0000/],
  ['a lone surrogate', { a: '\ud800' }, /event\.a holds a lone surrogate/],
  ['an unsafe integer', { a: 2 ** 53 }, /event\.a is an integer beyond/],
  ['infinity', { a: Number.POSITIVE_INFINITY }, /event\.a is not a finite number/],
  ['a bigint', { a: 1n }, /event\.a is of type bigint/],
  ['deep nesting', JSON.parse(`${'{"a":'.repeat(80)}1${'}'.repeat(80)}`), /nested deeper than 64/],
  ['too many bytes', { a: 'x'.repeat(maxEventBytes) }, /at most 196608 fit/],
])('an event with %s is refused before anything is sent', async (_, event, message) => {
  const before = await lastSeq()
  const batch = [
    { subject: freshSubject(), expectedSeq: 0, event: {} },
    { subject: freshSubject(), expectedSeq: 0, event },
  ]
  await expect(append(rig.log, batch)).rejects.toSatisfy(
    (error) => error instanceof EventNotStorable && message.test(error.message),
  )
  expect(await lastSeq()).toBe(before)
})

test('a log that does not answer is LogUnavailable, and the append can be repeated when it is back', async () => {
  const subject = freshSubject()
  await rig.nats.kill('SIGKILL')
  const attempt = append(rig.log, [{ subject, expectedSeq: 0, event: {} }], { timeout: 500 })
  await expect(attempt).rejects.toBeInstanceOf(LogUnavailable)
  await expect(loadLast(rig.log, spec.name, subject)).rejects.toBeInstanceOf(LogUnavailable)
  await rig.nats.restart()
  await whenBack(rig.log)
  // The first attempt may have been buffered and sent after all; then the second one meets it.
  await append(rig.log, [{ subject, expectedSeq: 0, event: {} }]).catch((error) =>
    expect(error).toBeInstanceOf(AppendConflict),
  )
  expect(await loadSubject(rig.log, spec.name, subject)).toHaveLength(1)
})
