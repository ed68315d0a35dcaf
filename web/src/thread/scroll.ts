import { type ReadonlySignal, signal } from '@preact/signals-core'
import { createHeights, type Heights } from './heights.ts'
import { placeOf } from './place.ts'
import { type Window, windowAround } from './window.ts'

const nearEnd = 80
const restAfter = 160

/** The rows that stand in the page, and px of room in place of those above and below. */
export type Frame = Window & { readonly above: number; readonly below: number }

/** What stays where it is whatever becomes higher or lower: the end, or a row at so many px from the upper edge. */
type Hold = 'end' | { readonly n: number; readonly from: number }

export type Scroller = {
  readonly frame: ReadonlySignal<Frame>
  /** The reader is at the newest message, or almost. */
  readonly atEnd: ReadonlySignal<boolean>
  /** For lit's ref directive, on the scrolling element. */
  readonly attach: (element: Element | undefined) => void
  /** For lit's ref directive, on each row; a row has the number of its message in `data-n`. */
  readonly row: (element: Element | undefined) => void
  /** These are the rows now, by the numbers of their messages, ascending. */
  setRows(numbers: readonly number[]): void
  toEnd(): void
  toStart(): void
  toRow(n: number, from: number): void
  /** Number of the first message of which something is seen. */
  firstSeen(): number | undefined
  /** Number of the last message that is seen to its end. */
  lastSeen(): number | undefined
  /** Forward by so many pages of what is seen. */
  byPage(pages: number): void
}

type Options = {
  /** Opens the messages of these rows; undefined when they are open. */
  readonly open: (window: Window) => Promise<void> | undefined
  /** Scrolling has come to rest, or rows have got their height. */
  readonly onRest: () => void
}

/**
 * A long list of which few rows stand in the page. What is read never jumps when rows above get their true height: while
 * one scrolls, the room above them gives way instead of the scroll position, since writing that would stop a scroll that
 * is under way. It is put right when scrolling rests.
 */
export const createScroller = ({ open, onRest }: Options): Scroller => {
  const frame = signal<Frame>({ first: 0, end: 0, above: 0, below: 0 })
  const atEnd = signal(true)
  const measured = new Map<number, number>()
  let numbers: readonly number[] = []
  let heights: Heights = createHeights(0, () => undefined)
  let area: HTMLElement | undefined
  let hold: Hold | undefined = 'end'
  /** The scroll position that we set ourselves: any other is the reader's. */
  let put = 0
  let resting: ReturnType<typeof setTimeout> | undefined

  /** By how much the room above the rows differs from what they would take. */
  const slack = (): number => frame.peek().above - heights.top(frame.peek().first)
  const offset = (): number => (area ? area.scrollTop - slack() : 0)

  const putAt = (top: number): void => {
    if (!area) return
    area.scrollTop = top
    put = area.scrollTop
  }

  // What is recycled must not take the focus with it.
  const keepFocus = ({ first, end }: Window): void => {
    const row = document.activeElement?.closest<HTMLElement>('[data-n]')
    if (!row || !area?.contains(row)) return
    const n = Number(row.dataset.n)
    const place = placeOf(numbers, n)
    if (numbers[place] !== n || place < first || place >= end) area.focus({ preventScroll: true })
  }

  const show = ({ first, end }: Window, above: number): void => {
    const below = heights.total() - heights.top(end)
    const now = frame.peek()
    if (now.first === first && now.end === end && now.above === above && now.below === below) return
    keepFocus({ first, end })
    frame.value = { first, end, above, below }
  }

  /** Shows rows with the room above them as it should be, at `top` px of the list. */
  const showAt = (window: Window, top: number): void => {
    show(window, heights.top(window.first))
    putAt(hold === 'end' && area ? area.scrollHeight : top)
  }

  const heldTop = (height: number): number => {
    if (hold === undefined) return offset()
    return hold === 'end' ? heights.total() - height : heights.top(placeOf(numbers, hold.n)) - hold.from
  }

  const isAtEnd = (): boolean =>
    !area || (frame.peek().end === numbers.length && area.scrollHeight - area.scrollTop - area.clientHeight < nearEnd)

  const update = (now: Window = frame.peek()): void => {
    const height = area?.clientHeight ?? 0
    if (height === 0) return
    const top = heldTop(height)
    const window = windowAround(heights, top, height, now)
    const opening = open(window)
    if (opening) {
      void opening.then(() => update())
      return
    }
    const above = heights.top(window.first) + slack()
    // At the very beginning there is no room that could give way.
    const stuck = window.first === 0 ? above !== 0 : above < 0
    if (hold || stuck) showAt(window, top)
    else show(window, above)
    atEnd.value = isAtEnd()
  }

  const rest = (): void => {
    if (hold === undefined && slack() !== 0) showAt(frame.peek(), offset())
    // As much in reserve as can be, for the next scroll.
    update({ first: 0, end: 0 })
    onRest()
  }

  const scrolled = (): void => {
    if (!area) return
    if (Math.abs(area.scrollTop - put) > 1) {
      hold = isAtEnd() ? 'end' : undefined
      put = -1
    }
    atEnd.value = isAtEnd()
    if (hold === undefined) update()
    clearTimeout(resting)
    resting = setTimeout(rest, restAfter)
  }

  /** Takes the true height of a row; returns by how much it differs. */
  const measure = (element: HTMLElement, height: number): { place: number; change: number } => {
    const n = Number(element.dataset.n)
    const place = placeOf(numbers, n)
    if (numbers[place] !== n || height === 0) return { place, change: 0 }
    const change = height - (heights.top(place + 1) - heights.top(place))
    measured.set(n, height)
    heights.set(place, height)
    return { place, change }
  }

  /** The row that must not move: the first that is seen, or, where that is new in the page, the first that was there. */
  const anchorAt = (top: number): number => {
    const first = heights.at(top)
    const known = numbers.slice(first, frame.peek().end).findIndex((n) => measured.has(n))
    return first + Math.max(0, known)
  }

  // Before what has changed is painted.
  const sizes = new ResizeObserver((entries) => {
    const top = offset()
    const anchor = anchorAt(top)
    let moved = 0
    for (const { target, borderBoxSize } of entries) {
      if (!target.isConnected) sizes.unobserve(target)
      else if (target !== area && target instanceof HTMLElement) {
        const { place, change } = measure(target, borderBoxSize[0]?.blockSize ?? 0)
        if (place < anchor) moved += change
      }
    }
    const now = frame.peek()
    const above = now.above - moved
    if (hold) showAt(now, heldTop(area?.clientHeight ?? 0))
    else if (now.first === 0 || above < 0) showAt(now, top + moved)
    else show(now, above)
    // More rows, if these turn out to be too few: in the next frame, so that they too are measured before they are seen.
    requestAnimationFrame(() => update())
    onRest()
  })

  const toRow = (n: number, from: number): void => {
    hold = { n, from }
    atEnd.value = false
    update()
  }

  return {
    frame,
    atEnd,
    attach: (element) => {
      sizes.disconnect()
      area?.removeEventListener('scroll', scrolled)
      clearTimeout(resting)
      area = element instanceof HTMLElement ? element : undefined
      if (!area) return
      area.addEventListener('scroll', scrolled, { passive: true })
      sizes.observe(area)
      // Once it stands in the page.
      queueMicrotask(() => update())
    },
    row: (element) => {
      if (element) sizes.observe(element)
    },
    setRows: (next) => {
      const top = offset()
      const at = numbers[heights.at(top)]
      const within = top - heights.top(heights.at(top))
      const grown = numbers.length <= next.length && numbers.at(-1) === next[numbers.length - 1]
      if (atEnd.peek()) hold = 'end'
      numbers = next
      heights = createHeights(next.length, (i) => measured.get(next[i] ?? 0))
      if (hold === undefined && !grown && at !== undefined) {
        const still = heights.top(placeOf(numbers, at)) + within
        showAt(windowAround(heights, still, area?.clientHeight ?? 0, { first: 0, end: 0 }), still)
      }
      update()
    },
    toEnd: () => {
      hold = 'end'
      update()
    },
    toStart: () => toRow(0, 0),
    toRow,
    firstSeen: () => numbers[heights.at(offset())],
    lastSeen: () => {
      if (!area || numbers.length === 0) return undefined
      const edge = offset() + area.clientHeight
      const place = heights.at(edge)
      return numbers[heights.top(place + 1) <= edge + 1 ? place : place - 1]
    },
    byPage: (pages) => area?.scrollBy({ top: pages * area.clientHeight * 0.85 }),
  }
}
