import { talk as de } from './de/talk.ts'
import { talk as en } from './en/talk.ts'
import { locale } from './index.ts'

/** The words of what is done within a conversation, apart from the catalogues: they come with the thread, not with the first page. */
export const talkWords = (): typeof en => (locale.startsWith('de') ? de : en)
