import { invitationLink, isServerName, type PersonInvitation } from '@kez-chat/identity'

/** The name of a server in what somebody typed: also an address of a page, or a full handle. */
export const serverIn = (typed: string): string | undefined => {
  const name = typed
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
    .replace(/^.*@/, '')
  return isServerName(name) ? name : undefined
}

/** The link that opens an invitation of a page of `from` at another server: there the inviter needs their full name. */
export const openedAt = (server: string, invitation: PersonInvitation, from: string): string => {
  const { server: named = from, ...rest } = invitation
  const isLocal = server === 'localhost' || server.startsWith('localhost:')
  const there = server === named ? rest : { ...rest, server: named }
  return invitationLink(`${isLocal ? 'http' : 'https'}://${server}`, there)
}
