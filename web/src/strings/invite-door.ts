import { locale } from './index.ts'

/** What the way to the page of invitations is called, where that page is not loaded. */
export const inviteDoor = (): string => (locale.startsWith('de') ? 'Einladen' : 'Invite')
