import { expect, test } from 'vitest'
import { createCoalescedReads } from './coalesced-reads.ts'

const controlled = () => {
  const waiting: { key: string; answer: (value: string) => void; fail: (error: Error) => void }[] = []
  const read = (key: string): Promise<string> =>
    new Promise((answer, fail) => {
      waiting.push({ key, answer, fail })
    })
  return { waiting, read }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('whoever asks while a read is under way shares the next one, which began after they asked', async () => {
  const { waiting, read } = controlled()
  const find = createCoalescedReads(10, read)
  const first = find('a')
  const later = [find('a'), find('a'), find('a')]
  expect(waiting).toHaveLength(1)
  waiting[0]?.answer('before')
  expect(await first).toBe('before')
  await settle()
  expect(waiting).toHaveLength(2)
  waiting[1]?.answer('after')
  expect(await Promise.all(later)).toEqual(['after', 'after', 'after'])
})

test('a read that fails takes nobody along who asked after it began', async () => {
  const { waiting, read } = controlled()
  const find = createCoalescedReads(10, read)
  const first = find('a')
  const second = find('a')
  waiting[0]?.fail(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await settle()
  waiting[1]?.answer('back')
  expect(await second).toBe('back')
})

test('keys are forgotten when their reads are done, and more than the limit at once are refused', async () => {
  const { waiting, read } = controlled()
  const find = createCoalescedReads(2, read)
  const both = [find('a'), find('b')]
  await expect(find('c')).rejects.toMatchObject({ name: 'TooManyReads' })
  waiting[0]?.answer('1')
  waiting[1]?.answer('2')
  await Promise.all(both)
  await settle()
  const third = find('c')
  waiting[2]?.answer('3')
  expect(await third).toBe('3')
})
