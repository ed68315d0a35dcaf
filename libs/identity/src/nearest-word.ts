const MAX_WORD = 16

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. */
const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/**
 * The known word closest to a misspelled one, if any is close: the word of the list that alone starts with what was
 * typed, else the one at the smallest edit distance, at most 2 (1 for words of up to three letters). Of equally close
 * ones, a word with the same first letter wins, for that letter is seldom wrong.
 */
export const nearestWord = (typed: string, known: readonly string[]): string | undefined => {
  if (typed.length > MAX_WORD) return undefined
  const completions = known.filter((word) => word.startsWith(typed))
  if (completions.length === 1) return completions[0]
  const limit = typed.length <= 3 ? 1 : 2
  let cost = (limit + 1) * 2
  let nearest: string | undefined
  for (const word of known) {
    const otherInitial = word[0] === typed[0] ? 0 : 1
    const candidate = editDistance(typed, word) * 2 + otherInitial
    if (candidate < cost) {
      cost = candidate
      nearest = word
    }
  }
  return nearest
}
