import { fromBase64url } from './base64url.ts'
import { IdentityError } from './errors.ts'
import { type FullHandle, type Handle, isHandle, parseFullHandle } from './handle.ts'
import { INVITATION_BYTES } from './invitation.ts'

/** Longest link that is read, in characters. */
export const MAX_INVITATION_CHARS = 512

/** Whom a link invites to write to; `server` where it is not that of the page. */
export interface PersonInvitation {
  readonly kind: 'person'
  readonly handle: Handle
  readonly server?: string
  /** 128 bits of the inviter's key, see `inviterCheck`. */
  readonly check: string
  /** Of the invitation; without it the link only says whom to write to. */
  readonly secret?: string
}

/** An operator's invitation: admits to the server, and is from nobody. */
export interface CodeInvitation {
  readonly kind: 'code'
  readonly code: string
}

export type Invitation = PersonInvitation | CodeInvitation

const malformed = (what: string): IdentityError => new IdentityError('malformed', what)

const sixteenBytes = (text: string, what: string): string => {
  if (fromBase64url(text, INVITATION_BYTES).length !== INVITATION_BYTES)
    throw malformed(`${what} is 16 bytes as base64url`)
  return text
}

const whom = (text: string): Pick<PersonInvitation, 'handle' | 'server'> => {
  if (isHandle(text)) return { handle: text }
  const { handle, server }: FullHandle = parseFullHandle(text)
  return { handle, server }
}

/**
 * Reads the fragment of an invitation (protocol §8): `#/invite/<handle>/<check>[/<secret>]` or `#/join/<code>`.
 * @throws IdentityError `malformed`, `too_large`, `handle_invalid`
 */
export const parseInvitation = (fragment: string): Invitation => {
  if (fragment.length > MAX_INVITATION_CHARS) throw new IdentityError('too_large', 'an invitation is not that long')
  const [lead, kind, first = '', second = '', ...more] = fragment.split('/')
  if (lead !== '#') throw malformed('an invitation begins with #/')
  if (kind === 'join' && fragment === `#/join/${first}`) return { kind: 'code', code: sixteenBytes(first, 'a code') }
  if (kind !== 'invite' || more.length > 1) throw malformed('an invitation is #/invite/<handle>/<check>/<secret>')
  const [secret] = more
  return {
    kind: 'person',
    ...whom(first),
    check: sixteenBytes(second, 'the check of a key'),
    ...(secret === undefined ? {} : { secret: sixteenBytes(secret, 'the secret of an invitation') }),
  }
}

/** An invitation as somebody has copied it, with the origin of the page that it opens. */
export interface InvitationLink {
  /** Undefined where a code was given and no link. */
  readonly origin: string | undefined
  readonly invitation: Invitation
}

/**
 * Reads what somebody pastes: a whole link, or a code alone.
 * @throws IdentityError `malformed`, `too_large`, `handle_invalid`
 */
export const readInvitationLink = (text: string): InvitationLink => {
  if (text.length > MAX_INVITATION_CHARS) throw new IdentityError('too_large', 'an invitation is not that long')
  const typed = text.trim()
  if (!typed.includes('/')) return { origin: undefined, invitation: parseInvitation(`#/join/${typed}`) }
  const url = URL.canParse(typed) ? new URL(typed) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') throw malformed('an invitation is a link')
  return { origin: url.origin, invitation: parseInvitation(url.hash) }
}

/** The fragment of an invitation; `parseInvitation` reads it. */
export const invitationFragment = (invitation: Invitation): string => {
  if (invitation.kind === 'code') return `#/join/${invitation.code}`
  const { handle, server, check, secret } = invitation
  const name = server === undefined ? handle : `${handle}@${server}`
  return `#/invite/${name}/${check}${secret === undefined ? '' : `/${secret}`}`
}

/** The link that opens an invitation at the server under `origin`. */
export const invitationLink = (origin: string, invitation: Invitation): string =>
  `${origin}/${invitationFragment(invitation)}`
