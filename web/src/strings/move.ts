import { move as de } from './de/move.ts'
import { move as en } from './en/move.ts'
import { locale } from './index.ts'

/** The words of export and import, apart from the catalogues: they come with those pages, not with the first one. */
export const moveWords = (): typeof en => (locale.startsWith('de') ? de : en)
