import { expect, it } from 'vitest'
import { LruCache } from './lru-cache.ts'

it('keeps what was asked for last and never more than its limit', () => {
  const cache = new LruCache<string, number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  expect(cache.get('a')).toBe(1)
  cache.set('c', 3)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
  for (let i = 0; i < 100; i++) cache.set(`k${i}`, i)
  expect(cache.size).toBe(2)
})
