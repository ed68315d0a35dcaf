import { telling as de } from './de/telling.ts'
import { telling as en } from './en/telling.ts'
import { locale } from './index.ts'

/** The words about muting, sounds and installing, apart from the catalogues: they come with what shows them. */
export const tellingWords = (): typeof en => (locale.startsWith('de') ? de : en)
