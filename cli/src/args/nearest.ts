/** How many slips of the keyboard lie between two words: a letter more, less, changed, or swapped with the next. */
const slips = (a: string, b: string): number => {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(Math.min(changed, at(i - 1, j) + 1, at(i, j - 1) + 1, isSwap ? at(i - 2, j - 2) + 1 : Infinity))
    }
  }
  return at(a.length, b.length)
}

/** The word that was likely meant: a slip or two away, or begun like it. */
export const nearest = (typed: string, words: readonly string[]): string | undefined => {
  if (typed === '' || typed.length > 40) return undefined
  const [best] = words.map((word) => ({ word, far: slips(typed, word) })).toSorted((a, b) => a.far - b.far)
  if (best !== undefined && best.far <= (typed.length < 4 ? 1 : 2)) return best.word
  return typed.length < 3 ? undefined : words.find((word) => word.startsWith(typed))
}
