import { expect, test } from 'vitest'
import { createBoundedQueue } from './bounded-queue.ts'

const rig = (limit: number, concurrency: number) => {
  const done: number[] = []
  const gates = new Map<number, () => void>()
  const queue = createBoundedQueue<number>({
    limit,
    concurrency,
    work: async (item) => {
      await new Promise<void>((resolve) => gates.set(item, resolve))
      done.push(item)
    },
  })
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  return { queue, done, gates, settle }
}

test('work is done in order, so much at once, and what is over the limit is refused at once', async () => {
  const { queue, done, gates, settle } = rig(3, 2)
  expect([1, 2, 3].map((item) => queue.offer(item))).toEqual([true, true, true])
  expect(queue.offer(4)).toBe(false)
  await settle()
  expect([...gates.keys()]).toEqual([1, 2])
  expect(queue.depth).toBe(1)
  expect(queue.offer(4)).toBe(true)
  for (let item = 1; item <= 4; item++) {
    gates.get(item)?.()
    await settle()
  }
  expect(done).toEqual([1, 2, 3, 4])
  expect(queue.depth).toBe(0)
})

test('a stop takes nothing more and waits for what was taken', async () => {
  const { queue, done, gates, settle } = rig(10, 1)
  queue.offer(1)
  queue.offer(2)
  const stopped = queue.stop()
  expect(queue.offer(3)).toBe(false)
  await settle()
  gates.get(1)?.()
  await settle()
  gates.get(2)?.()
  await stopped
  expect(done).toEqual([1, 2])
})
