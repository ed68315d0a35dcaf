import { ApiError, type Client, NetworkError } from '@kez-chat/client'
import { inviterCheck, type PersonInvitation, type PrimaryId, parsePrimary } from '@kez-chat/identity'

/** Whoever invites, as their server knows them. */
export type Inviter = { readonly primary: PrimaryId; readonly full: string; readonly nostr?: string }

export type Refusal = 'otherKey' | 'notFound' | 'ended' | 'notKez' | 'unreachable'

const refusalOf = (error: unknown): Refusal => {
  if (error instanceof ApiError) return error.code === 'not_found' ? 'notFound' : 'unreachable'
  return error instanceof NetworkError ? 'unreachable' : 'notKez'
}

/**
 * Asks a server for the inviter that a link names. It has to be the key that the link names as well: a server that answers with
 * another one is not believed.
 */
export const findInviter = async (
  client: Client,
  { handle, check }: Pick<PersonInvitation, 'handle' | 'check'>,
  server: string,
): Promise<Inviter | Refusal> => {
  const full = `${handle}@${server}`
  try {
    const { fqhn, primary: text, status, nostr } = await client.lookup(handle)
    const primary = parsePrimary(text)
    if (fqhn !== full) return 'notKez'
    if (inviterCheck(primary) !== check) return 'otherKey'
    if (status !== 'active') return 'ended'
    return { primary, full, ...(nostr === undefined ? {} : { nostr }) }
  } catch (error) {
    return refusalOf(error)
  }
}
