/** What a row counts for until it has been measured: one line of text in a bubble. */
const guess = 48

/**
 * How high the rows of a long list are, of which few were ever measured. Sums are kept in a Fenwick tree, so a place is
 * found and a height corrected in the logarithm of the number of rows.
 */
export type Heights = {
  readonly count: number
  /** px of all rows together. */
  total(): number
  /** px above row `index`. */
  top(index: number): number
  /** The row at that many px from the beginning; the nearest one outside of the list. */
  at(offset: number): number
  set(index: number, height: number): void
}

export const createHeights = (count: number, measured: (index: number) => number | undefined): Heights => {
  const own = Float64Array.from({ length: count }, (_, i) => measured(i) ?? guess)
  const tree = new Float64Array(count + 1)
  for (let i = 1; i <= count; i++) {
    tree[i] = (tree[i] ?? 0) + (own[i - 1] ?? 0)
    const parent = i + (i & -i)
    if (parent <= count) tree[parent] = (tree[parent] ?? 0) + (tree[i] ?? 0)
  }
  const reach = 2 ** Math.floor(Math.log2(Math.max(1, count)))

  const top = (index: number): number => {
    let sum = 0
    for (let i = Math.min(Math.max(0, index), count); i > 0; i -= i & -i) sum += tree[i] ?? 0
    return sum
  }

  return {
    count,
    top,
    total: () => top(count),
    at: (offset) => {
      let [index, rest] = [0, offset]
      for (let step = reach; step >= 1; step /= 2) {
        const sum = tree[index + step]
        if (index + step > count || sum === undefined || sum > rest) continue
        index += step
        rest -= sum
      }
      return Math.max(0, Math.min(index, count - 1))
    },
    set: (index, height) => {
      const change = height - (own[index] ?? height)
      if (change === 0) return
      own[index] = height
      for (let i = index + 1; i <= count; i += i & -i) tree[i] = (tree[i] ?? 0) + change
    },
  }
}
