import { invites as de } from './de/invites.ts'
import { invites as en } from './en/invites.ts'
import { locale } from './index.ts'

/** The words of invitations, apart from the catalogues: they come with those pages, not with the first one. */
export const inviteWords = (): typeof en => (locale.startsWith('de') ? de : en)
