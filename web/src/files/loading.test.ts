import type { RouteName } from '@kez-chat/nostr-client'
import { describe, expect, it } from 'vitest'
import { createLoading } from './loading.ts'
import { createMarks } from './marks.ts'

const both: readonly RouteName[] = ['home', 'relay']
const load = (n: number, more: { ways?: readonly RouteName[]; most?: number; home?: string; relay?: string } = {}) =>
  createLoading({
    n,
    ways: more.ways ?? both,
    most: more.most ?? 2,
    taken: { home: more.home ?? '', relay: more.relay ?? '' },
  })
const drain = (loading: ReturnType<typeof load>) => {
  const all: string[] = []
  for (let next = loading.next(); next; next = loading.next()) all.push(`${next.i} ${next.ways.toSorted().join('+')}`)
  return all
}

describe('what is sent next of a file', () => {
  it('is few parts at a time, each by both ways', () => {
    expect(drain(load(5))).toEqual(['0 home+relay', '1 home+relay'])
  })

  it('goes on by the way that is faster, and the other one catches up in the end', () => {
    const loading = load(4, { most: 1 })
    const sent: string[] = drain(loading)
    for (const i of [0, 1, 2, 3]) {
      loading.taken(i, 'relay')
      sent.push(...drain(loading))
    }
    expect(sent).toEqual(['0 home+relay', '1 relay', '2 relay', '3 relay'])
    expect([loading.isTaken(), loading.isDone(), loading.count()]).toEqual([true, false, 4])
    for (const i of [0, 1, 2, 3]) {
      loading.taken(i, 'home')
      sent.push(...drain(loading))
    }
    expect(sent.slice(4)).toEqual(['1 home', '2 home', '3 home'])
    expect(loading.isDone()).toBe(true)
  })

  it('is taken from a way that stands still by the other one, once that has room', () => {
    const loading = load(3, { most: 2 })
    drain(loading)
    loading.taken(0, 'home')
    loading.taken(1, 'home')
    expect(drain(loading)).toEqual(['2 home'])
    // The home server goes away with part 2, and a relay comes back.
    loading.taken(0, 'relay')
    expect(drain(loading)).toEqual(['2 home+relay'])
  })

  it('is what no way has taken when it goes on after a restart', () => {
    const marks = createMarks(9)
    for (const i of [0, 1, 2, 8]) marks.add(i)
    const loading = load(9, { home: marks.toHex(), relay: createMarks(9).toHex() })
    expect(drain(loading)).toEqual(['3 home+relay', '4 home+relay'])
    expect(loading.count()).toBe(4)
  })

  it('is nothing more by a way that refuses; without any way left the file has failed, unless it is out', () => {
    const loading = load(2, { most: 1 })
    drain(loading)
    loading.refused('home', 'not_found')
    expect(loading.failed()).toBeUndefined()
    loading.taken(0, 'relay')
    expect(drain(loading)).toEqual(['1 relay'])
    loading.refused('relay', 'too_large')
    expect(loading.failed()).toBe('not_found')
    const out = load(1)
    drain(out)
    out.taken(0, 'home')
    for (const name of both) out.refused(name, 'gone')
    expect([out.failed(), out.isDone()]).toEqual([undefined, true])
  })

  it('comes again when it could not be handed over', () => {
    const loading = load(1)
    expect(drain(loading)).toEqual(['0 home+relay'])
    loading.back(0)
    expect(drain(loading)).toEqual(['0 home+relay'])
  })
})

describe('marks', () => {
  it('are the same after they were written down, and none where the text is of another file', () => {
    const marks = createMarks(19)
    for (const i of [0, 7, 8, 18]) marks.add(i)
    marks.add(19)
    const again = createMarks(19, marks.toHex())
    expect([again.size, [0, 1, 7, 8, 18].map((i) => again.has(i))]).toEqual([4, [true, false, true, true, true]])
    expect(createMarks(40, marks.toHex()).size).toBe(0)
  })
})
