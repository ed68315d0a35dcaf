import { files as de } from './de/files.ts'
import { files as en } from './en/files.ts'
import { locale } from './index.ts'

/** The words about files, apart from the catalogues: they come with the chats, not with the first page. */
export const fileWords = (): typeof en => (locale.startsWith('de') ? de : en)
