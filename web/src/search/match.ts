import { runsOf, type Word } from './words.ts'

/** What is looked for: the beginnings of words, each of which must be there. */
export type Query = readonly (readonly string[])[]

const mostTerms = 8

export const parseQuery = (typed: string): Query =>
  runsOf(typed.slice(0, 200))
    .slice(0, mostTerms)
    .map((run) => run.map(({ folded }) => folded))

/** A part of a text, from `at`, of that length. */
export type Mark = { readonly at: number; readonly length: number }

const standsAt = (words: readonly Word[], at: number, term: readonly string[]): boolean =>
  term.every((part, i) => {
    const word = words[at + i]?.folded
    return i < term.length - 1 ? word === part : word?.startsWith(part) === true
  })

/** Where the words stand that are looked for; undefined when one of them is missing. */
export const marksIn = (text: string, query: Query): Mark[] | undefined => {
  const words = runsOf(text).flat()
  const marks: Mark[] = []
  for (const term of query) {
    const before = marks.length
    for (const [i, word] of words.entries()) {
      const last = words[i + term.length - 1]
      if (last && standsAt(words, i, term)) marks.push({ at: word.at, length: last.at + last.length - word.at })
    }
    if (marks.length === before) return undefined
  }
  return query.length === 0 ? undefined : marks.sort((a, b) => a.at - b.at)
}
