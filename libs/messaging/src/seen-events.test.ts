import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeenEvents, SEEN_EVENTS, type SeenEventsStore } from './seen-events.ts'

const id = (n: number): string => n.toString(16).padStart(64, '0')

const memory = (): SeenEventsStore & { saved: readonly string[]; saves: number } => ({
  saved: [],
  saves: 0,
  async load() {
    return this.saved
  },
  async save(ids) {
    this.saved = ids
    this.saves++
  },
})

describe('seen events', () => {
  it('are the last 10,000, and no more', async () => {
    const seen = await createSeenEvents()
    for (let n = 0; n < SEEN_EVENTS + 5; n++) expect(seen.add(id(n))).toBe(true)
    expect(seen.size).toBe(10_000)
    expect(seen.has(id(4))).toBe(false)
    expect(seen.has(id(5))).toBe(true)
    expect(seen.has(id(SEEN_EVENTS + 4))).toBe(true)
  })

  it('forget first what has not been met for the longest', async () => {
    const seen = await createSeenEvents(undefined, 2)
    seen.add(id(1))
    seen.add(id(2))
    expect(seen.add(id(1))).toBe(false)
    expect(seen.add(id(3))).toBe(true)
    expect([id(1), id(2), id(3)].map(seen.has)).toEqual([true, false, true])
  })

  it('answer as a list would that is searched from its end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12)), async (numbers) => {
        const seen = await createSeenEvents(undefined, 5)
        let model: number[] = []
        for (const n of numbers) {
          expect(seen.add(id(n))).toBe(!model.includes(n))
          model = [...model.filter((other) => other !== n), n].slice(-5)
        }
        expect(seen.size).toBe(model.length)
        for (let n = 0; n <= 12; n++) expect(seen.has(id(n))).toBe(model.includes(n))
      }),
    )
  })

  it('survive a restart in their order, and are saved only when there is something new', async () => {
    const store = memory()
    const seen = await createSeenEvents(store, 3)
    await seen.flush()
    expect(store.saves).toBe(0)
    for (const n of [1, 2, 3]) seen.add(id(n))
    await seen.flush()
    await seen.flush()
    expect(store.saves).toBe(1)
    const again = await createSeenEvents(store, 3)
    again.add(id(4))
    expect([1, 2, 3, 4].map((n) => again.has(id(n)))).toEqual([false, true, true, true])
  })

  it('are saved the next time when saving failed', async () => {
    const store = memory()
    const failing = { load: store.load, save: () => Promise.reject(new Error('disk full')) }
    const seen = await createSeenEvents({ ...failing, load: async () => [], save: failing.save })
    seen.add(id(1))
    await expect(seen.flush()).rejects.toThrow('disk full')
    await expect(seen.flush()).rejects.toThrow('disk full')
  })

  it('take nothing from a store but ids, and not more than the limit', async () => {
    const store = memory()
    store.saved = ['junk', id(1), id(2), id(3)]
    const seen = await createSeenEvents(store, 2)
    expect(seen.size).toBe(2)
    expect(seen.has('junk') || seen.has(id(1))).toBe(false)
  })
})
