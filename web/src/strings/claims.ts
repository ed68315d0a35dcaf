import { claims as de } from './de/claims.ts'
import { claims as en } from './en/claims.ts'
import { locale } from './index.ts'

/** The words of the claim pages, apart from the catalogues: they come with those pages, not with the first one. */
export const claimWords = (): typeof en => (locale.startsWith('de') ? de : en)
