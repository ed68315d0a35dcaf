import type { Mark } from './match.ts'

export type Part = { readonly text: string; readonly marked: boolean }

const before = 40
const most = 160

const isSpace = (text: string, at: number): boolean => /\s/.test(text.charAt(at))

/** What surrounds the first match, from the beginning of a word on, with the matches marked. */
export const excerpt = (text: string, marks: readonly Mark[]): Part[] => {
  const [first] = marks
  let begin = Math.max(0, (first?.at ?? 0) - before)
  while (begin > 0 && begin < (first?.at ?? 0) && !isSpace(text, begin - 1)) begin++
  const end = Math.min(text.length, begin + most)
  const parts: Part[] = []
  let at = begin
  const add = (to: number, marked: boolean): void => {
    if (to > at) parts.push({ text: text.slice(at, to).replace(/\s+/g, ' ').toWellFormed(), marked })
    at = Math.max(at, to)
  }
  for (const mark of marks) {
    if (mark.at >= end) break
    add(mark.at, false)
    add(Math.min(end, mark.at + mark.length), true)
  }
  add(end, false)
  if (begin > 0) parts.unshift({ text: '…', marked: false })
  if (end < text.length) parts.push({ text: '…', marked: false })
  return parts
}
