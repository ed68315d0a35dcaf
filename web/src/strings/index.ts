import { en } from './en.ts'

/** What every catalogue has: the English one is the pattern. */
export type Strings = typeof en

const catalogues: ReadonlyMap<string, Strings> = new Map([['en', en]])

const best = (): [language: string, strings: Strings] => {
  for (const wanted of navigator.languages) {
    const language = wanted.split('-')[0] ?? ''
    const strings = catalogues.get(language)
    if (strings) return [wanted, strings]
  }
  return ['en', en]
}

const [language, strings] = best()

/** The words of the app, in the first language of the reader that it speaks. */
export const t: Strings = strings

/** For dates and numbers. */
export const locale: string = language
