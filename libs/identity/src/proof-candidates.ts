import { type Proof, proofsOfCompact, proofsOfJson } from './proof-document.ts'

/** A piece of text that may be a proof; reading it may fail. */
export type Candidate = () => Proof[] | Promise<Proof[]>

const COMPACT = /kez:zc?1:[A-Za-z0-9_-]+/g
const OPENING = /^ {0,3}(`{3,}|~{3,})[ \t]*kez[ \t]*$/
const CLOSING = /^ {0,3}(`{3,}|~{3,})[ \t]*$/
/** A TXT record of 65,535 bytes, the longest there is, with all its quotes. */
const LONGEST_TXT = 1 << 17

/** What people paste into a fence may have been wrapped on the way. */
const fenced = (content: string): Candidate => {
  const joined = content.trim().startsWith('kez:z') ? content.replace(/\s+/g, '') : undefined
  return joined === undefined ? () => proofsOfJson(content) : () => proofsOfCompact(joined)
}

const embedded = (text: string): Candidate[] =>
  (text.match(COMPACT) ?? []).map((compact) => () => proofsOfCompact(compact))

/** Fences marked `kez` (CommonMark §4.5) and compact texts anywhere else, in the order of the text. */
const inProse = (text: string): Candidate[] => {
  const candidates: Candidate[] = []
  let outside: string[] = []
  let inside: string[] = []
  let fence = ''
  for (const line of text.split(/\r?\n/)) {
    const opening = fence === '' ? OPENING.exec(line)?.[1] : undefined
    const closing = fence === '' ? undefined : CLOSING.exec(line)?.[1]
    if (opening !== undefined) {
      candidates.push(...embedded(outside.join('\n')))
      outside = []
      fence = opening
    } else if (closing?.startsWith(fence)) {
      candidates.push(fenced(inside.join('\n')))
      inside = []
      fence = ''
    } else if (fence === '') outside.push(line)
    else inside.push(line)
  }
  // A fence that is never closed reaches to the end.
  return [...candidates, ...(fence === '' ? embedded(outside.join('\n')) : [fenced(inside.join('\n'))])]
}

/** The segments of a TXT record as zone files and `dig` show them, quoted, joined; undefined for anything else. */
const joinedTxt = (text: string): string | undefined => {
  if (!text.startsWith('"') || text.length > LONGEST_TXT) return undefined
  const pieces = text.split('"')
  const isQuoted = pieces.length % 2 === 1 && pieces.every((piece, i) => i % 2 === 1 || piece.trim() === '')
  return isQuoted ? pieces.filter((_, i) => i % 2 === 1).join('') : undefined
}

/** The pieces of a text that may be proofs. The text has been checked for size. */
export const candidates = (text: string): Candidate[] => {
  const trimmed = text.trim()
  const found = inProse(joinedTxt(trimmed) ?? trimmed)
  // JSON may well have such a text inside a string, a README may well begin with a bracket.
  const isJson = trimmed.startsWith('{') || (trimmed.startsWith('[') && found.length === 0)
  return isJson ? [() => proofsOfJson(trimmed)] : found
}
