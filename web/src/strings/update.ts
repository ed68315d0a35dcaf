import { update as de } from './de/update.ts'
import { update as en } from './en/update.ts'
import { locale } from './index.ts'

/** The words about a new version, apart from the catalogues: they come when the worker is looked after, not with the first page. */
export const updateWords = (): typeof en => (locale.startsWith('de') ? de : en)
