/** A word of a text as it is compared, and where it stands. */
export type Word = { readonly folded: string; readonly at: number; readonly length: number }

const runs = /[\p{L}\p{M}\p{N}]+/gu
// Written without spaces: each character is a word of its own there.
const characters = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
// Written without spaces between words of several characters.
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
// Accents and vowel points of scripts that are read without them; elsewhere marks are letters.
const marks = /[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]/g
const alike: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
}

/** Without case, accents and other differences that nobody types. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(marks, '')
    .replace(/[ßæœøłđðþıς]/g, (letter) => alike[letter] ?? letter)

let segmenter: Intl.Segmenter | undefined

const pieces = (run: string): { piece: string; at: number }[] => {
  if (characters.test(run)) {
    let at = 0
    return [...run].map((piece) => {
      at += piece.length
      return { piece, at: at - piece.length }
    })
  }
  if (!unspaced.test(run) || !('Segmenter' in Intl)) return [{ piece: run, at: 0 }]
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  return [...segmenter.segment(run)].map(({ segment, index }) => ({ piece: segment, at: index }))
}

/** What stands between spaces and signs, each as the words it consists of: mostly one. */
export const runsOf = (text: string): Word[][] =>
  [...text.matchAll(runs)].flatMap(({ 0: run, index }) => {
    const words = pieces(run).map(({ piece, at }) => ({ folded: fold(piece), at: index + at, length: piece.length }))
    const kept = words.filter(({ folded }) => folded !== '')
    return kept.length > 0 ? [kept] : []
  })
