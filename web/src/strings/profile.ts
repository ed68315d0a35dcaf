import { profile as de } from './de/profile.ts'
import { profile as en } from './en/profile.ts'
import { locale } from './index.ts'

/** The words about pictures of people, apart from the catalogues: they come with the pages that show them. */
export const profileWords = (): typeof en => (locale.startsWith('de') ? de : en)
