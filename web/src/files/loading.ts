import type { RouteName } from '@kez-chat/nostr-client'
import { createMarks, type Marks } from './marks.ts'

const names: readonly RouteName[] = ['home', 'relay']

/** Part `i` is to be handed over for these ways, in place of what was handed over of it before. */
export type Load = { readonly i: number; readonly ways: readonly RouteName[] }

export type LoadingOptions = {
  readonly n: number
  /** What each way has taken already. */
  readonly taken: Readonly<Record<RouteName, string>>
  /** The ways there are. */
  readonly ways: readonly RouteName[]
  /** Most parts under way by one way. */
  readonly most: number
}

/**
 * Which part of a file goes next, and by which ways. Few are under way at a time, so that neither memory nor whoever
 * writes meanwhile suffers; each way goes at its own pace, and first comes what no way has taken yet.
 */
export const createLoading = ({ n, taken, ways, most }: LoadingOptions) => {
  const marks: Readonly<Record<RouteName, Marks>> = {
    home: createMarks(n, taken.home),
    relay: createMarks(n, taken.relay),
  }
  /** By which ways each part is under way. */
  const under = new Map<number, Set<RouteName>>()
  const refused = new Map<RouteName, string>()
  const all = Array.from({ length: n }, (_, i) => i)

  const isTaken = (i: number): boolean => names.some((name) => marks[name].has(i))
  const usable = (): RouteName[] => ways.filter((name) => !refused.has(name))
  const busy = (name: RouteName): number => [...under.values()].filter((by) => by.has(name)).length
  const lacking = (i: number, open: readonly RouteName[]): RouteName[] =>
    open.filter((name) => !marks[name].has(i) && under.get(i)?.has(name) !== true)

  const firstWith = (which: (i: number) => boolean, open: readonly RouteName[]): Load | undefined => {
    const i = all.find((part) => which(part) && lacking(part, open).length > 0)
    return i === undefined ? undefined : { i, ways: [...(under.get(i) ?? []), ...lacking(i, open)] }
  }

  const next = (): Load | undefined => {
    const open = usable().filter((name) => busy(name) < most)
    if (open.length === 0) return undefined
    const load =
      firstWith((i) => !isTaken(i) && !under.has(i), open) ??
      firstWith((i) => !isTaken(i), open) ??
      firstWith((i) => !under.has(i), open)
    if (load) under.set(load.i, new Set(load.ways))
    return load
  }

  return {
    /** What to hand over now; undefined when nothing is, or enough is under way. Counts as under way from here on. */
    next,
    /** Whether that is new. */
    taken: (i: number, name: RouteName): boolean => {
      const known = marks[name].has(i)
      marks[name].add(i)
      under.get(i)?.delete(name)
      if (under.get(i)?.size === 0) under.delete(i)
      return !known
    },
    /** It could not be handed over: it comes again. */
    back: (i: number): void => void under.delete(i),
    /** This way takes nothing of this file, for good. Whether that is new. */
    refused: (name: RouteName, reason: string): boolean => {
      if (refused.has(name)) return false
      refused.set(name, reason)
      for (const [i, by] of under) {
        by.delete(name)
        if (by.size === 0) under.delete(i)
      }
      return true
    },
    isUnder: (i: number): boolean => under.has(i),
    /** How many parts some way has taken. */
    count: (): number => all.filter(isTaken).length,
    /** Every part was taken by some way: the message that points to them may go. */
    isTaken: (): boolean => all.every(isTaken),
    /** Nothing is left to do: every way that there is has all. */
    isDone: (): boolean => usable().every((name) => marks[name].size === n) && all.every(isTaken),
    /** No way is left; the reason of the first. */
    failed: (): string | undefined =>
      usable().length > 0 || all.every(isTaken) ? undefined : [...refused.values()][0],
    marks: () => ({ home: marks.home.toHex(), relay: marks.relay.toHex() }),
  }
}

export type Loading = ReturnType<typeof createLoading>
