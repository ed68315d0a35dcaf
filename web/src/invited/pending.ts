import { IdentityError, type Invitation, inviteCodeOf, parseInvitation } from '@kez-chat/identity'
import { deviceStorage } from '../app/app.ts'
import { goTo, parseRoute } from '../app/route.ts'
import { dropPending, keepPending, readPending } from '../storage/pending-invitation.ts'

/** The invitation in a fragment, or undefined when it is none, or a damaged one. */
export const readInvitation = (link: string): Invitation | undefined => {
  try {
    return parseInvitation(link)
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    return undefined
  }
}

/** Keeps an invitation that is followed, with the code that was entered for it, if it is the same one. */
export const keep = async (link: string): Promise<void> => {
  if (!readInvitation(link)) return
  const before = await readPending(deviceStorage())
  if (before?.link !== link) await keepPending(deviceStorage(), { link })
}

export const forget = (): Promise<void> => dropPending(deviceStorage())

/** Goes to the invitation that waits, if one does. */
export const goOn = async (): Promise<void> => {
  const pending = await readPending(deviceStorage())
  if (pending && readInvitation(pending.link)?.kind === 'person') goTo(parseRoute(pending.link), { replace: true })
  else await forget()
}

/** The code in an invitation, if it is one of the server of this page. */
export const codeIn = (invitation: Invitation | undefined): string | undefined => {
  if (invitation?.kind === 'code') return invitation.code
  if (invitation?.secret === undefined || invitation.server !== undefined) return undefined
  return inviteCodeOf(invitation.secret)
}

/** The code by which somebody may register here: the one they entered, else that of their invitation. */
export const pendingCode = async (): Promise<string | undefined> => {
  const pending = await readPending(deviceStorage())
  return pending && (pending.code ?? codeIn(readInvitation(pending.link)))
}

/** Keeps a code that was entered, beside the invitation that waits. */
export const keepCode = async (code: string, link = `#/join/${code}`): Promise<void> => {
  const before = await readPending(deviceStorage())
  const waits = before && readInvitation(before.link)?.kind === 'person' ? before.link : link
  await keepPending(deviceStorage(), { link: waits, code })
}
