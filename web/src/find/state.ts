import { ApiError, NetworkError } from '@kez-chat/client'
import {
  IdentityError,
  invitationFragment,
  normaliseFullHandle,
  type PrimaryId,
  parsePrimary,
  readInvitationLink,
} from '@kez-chat/identity'
import { signal } from '@preact/signals-core'
import { goTo, parseRoute, type Route } from '../app/route.ts'
import { perVisit } from '../app/visit.ts'
import type { Session } from '../session/session.ts'
import { meet } from '../storage/conversations.ts'
import { attempt } from '../ui/attempt.ts'

export type Found = { readonly primary: PrimaryId; readonly full: string; readonly nostr?: string }

export type Search =
  | { readonly state: 'idle' | 'searching' }
  | { readonly state: 'found'; readonly person: Found }
  | {
      readonly state: 'failed'
      readonly reason: 'invalid' | 'notFound' | 'unreachable' | 'notKez'
      readonly what: string
    }

/** What this visit of the page has looked for. */
export const currentSearch = perVisit(() => signal<Search>({ state: 'idle' }))

const reasonOf = (error: unknown): 'notFound' | 'unreachable' | 'notKez' => {
  if (error instanceof ApiError) return error.code === 'not_found' ? 'notFound' : 'unreachable'
  return error instanceof NetworkError ? 'unreachable' : 'notKez'
}

/** Where an invitation leads that was pasted in place of a handle: one of another server is followed from here. */
const invitationIn = (typed: string): Route | undefined => {
  if (!typed.includes('/#/')) return undefined
  try {
    const { origin, invitation } = readInvitationLink(typed)
    const isForeign = origin !== undefined && origin !== window.location.origin && invitation.kind === 'person'
    const here = isForeign ? { server: new URL(origin).host, ...invitation } : invitation
    return parseRoute(invitationFragment(here))
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    return undefined
  }
}

/** Looks a person up at the server their handle names, or follows an invitation. */
export const find = async (session: Session, typed: string): Promise<void> => {
  const [account, servers, search] = [session.account.value, session.servers(), currentSearch(session)]
  if (!account || !servers || search.value.state === 'searching') return
  const invitation = invitationIn(typed)
  if (invitation) return goTo(invitation, { replace: true })
  search.value = { state: 'searching' }
  try {
    const wanted = normaliseFullHandle(typed, account.server)
    const full = `${wanted.handle}@${wanted.server}`
    try {
      const { client, handle } = servers.of(full)
      const profile = await client.lookup(handle)
      if (profile.fqhn === full)
        search.value = {
          state: 'found',
          person: {
            ...{ primary: parsePrimary(profile.primary), full },
            ...(profile.nostr === undefined ? {} : { nostr: profile.nostr }),
          },
        }
      else search.value = { state: 'failed', reason: 'notKez', what: wanted.server }
    } catch (error) {
      const reason = reasonOf(error)
      search.value = { state: 'failed', reason, what: reason === 'notFound' ? full : wanted.server }
    }
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    search.value = { state: 'failed', reason: 'invalid', what: typed }
  }
}

/** Whether somebody else is already known here by that handle: then the directory and this device disagree. */
export const hasOtherKey = (session: Session, { primary, full }: Found): boolean =>
  [...session.chats.summaries.value.values()].some(
    ({ conversation }) => conversation.handle === full && conversation.primary !== primary,
  )

export const write = (session: Session, { primary, full, nostr }: Found): Promise<void> =>
  attempt(async () => {
    const tag = await meet(session.store, primary, full, { nostr })
    session.changed(tag)
    session.contactAccepted(tag)
    goTo({ name: 'chat', tag }, { replace: true })
  })
