import { expect, test } from 'vitest'
import { createVirtualTiming } from '../../test/virtual-timing.ts'
import { createRunner, type Job } from './runner.ts'

const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Jobs that last until they are let go. */
const setUp = (jobs: Job[], most = 10) => {
  const timing = createVirtualTiming(0)
  const under = new Map<string, (fail?: Error) => void>()
  const begun: string[] = []
  const errors: unknown[] = []
  const runner = createRunner({
    ...{ timing, most, jobs: () => jobs, onError: (error) => void errors.push(error) },
    run: (key) => {
      begun.push(key)
      return new Promise((resolve, reject) => {
        under.set(key, (fail) => (fail ? reject(fail) : resolve()))
      })
    },
  })
  const finish = async (key: string, fail?: Error): Promise<void> => {
    const index = jobs.findIndex((job) => job.key === key)
    if (!fail) jobs.splice(index, 1)
    under.get(key)?.(fail)
    await flush()
  }
  return { timing, runner, begun, errors, finish }
}

test('of one lane one job runs at a time, the one due longest first; lanes do not wait for each other', async () => {
  const { runner, begun, finish } = setUp([
    { key: 'a2', lane: 'a', at: -1 },
    { key: 'a1', lane: 'a', at: -2 },
    { key: 'b1', lane: 'b', at: 0 },
  ])
  runner.start()
  expect(begun).toEqual(['a1', 'b1'])
  await finish('a1')
  expect(begun).toEqual(['a1', 'b1', 'a2'])
})

test('of one lane what gives way comes after all else that is due, also what is due longer', async () => {
  const { runner, begun, finish } = setUp([
    { key: 'chunk', lane: 'a', at: -2, late: true },
    { key: 'text', lane: 'a', at: -1 },
    { key: 'next', lane: 'a', at: 5_000 },
  ])
  runner.start()
  expect(begun).toEqual(['text'])
  await finish('text')
  expect(begun).toEqual(['text', 'chunk'])
})

test('no more run at once than allowed', async () => {
  const { runner, begun, finish } = setUp(
    Array.from({ length: 5 }, (_, i) => ({ key: `k${i}`, lane: `l${i}`, at: 0 })),
    2,
  )
  runner.start()
  expect(begun).toHaveLength(2)
  await finish('k0')
  expect(begun).toHaveLength(3)
})

test('what is due later waits, and what is due in a closed lane too', () => {
  const { timing, runner, begun } = setUp([
    { key: 'later', lane: 'a', at: 1_000 },
    { key: 'closed', lane: 'b', at: 0, notBefore: 2_000 },
  ])
  runner.start()
  timing.pass(999)
  expect(begun).toEqual([])
  timing.pass(1)
  expect(begun).toEqual(['later'])
  timing.pass(1_000)
  expect(begun).toEqual(['later', 'closed'])
})

test('a job that throws is told, waits, and holds up nothing', async () => {
  const { timing, runner, begun, errors, finish } = setUp([
    { key: 'bad', lane: 'a', at: -1 },
    { key: 'good', lane: 'a', at: 0 },
  ])
  runner.start()
  await finish('bad', new Error('disk full'))
  expect(errors).toHaveLength(1)
  expect(begun).toEqual(['bad', 'good'])
  await finish('good')
  timing.pass(5_000)
  expect(begun).toEqual(['bad', 'good', 'bad'])
})

test('stop waits for what runs and leaves no timer', async () => {
  const { timing, runner, finish } = setUp([
    { key: 'a', lane: 'a', at: 0 },
    { key: 'b', lane: 'b', at: 1_000 },
  ])
  runner.start()
  let stopped = false
  const stopping = runner.stop().then(() => {
    stopped = true
  })
  await flush()
  expect(stopped).toBe(false)
  await finish('a')
  await stopping
  expect(timing.waiting()).toBe(0)
})
