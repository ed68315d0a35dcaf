import type { Client } from '@kez-chat/client'
import type { Profile } from '@kez-chat/contracts'
import type { Session } from '../session/session.ts'
import { ClaimError } from './errors.ts'

const home = (session: Session): { client: Client; handle: string } => {
  const client = session.servers()?.own
  const handle = session.account.value?.handle
  if (!client || handle === undefined) throw new ClaimError('offline')
  return { client, handle }
}

export const ownProfile = (session: Session): Promise<Profile> => {
  const { client, handle } = home(session)
  return client.lookup(handle, { signal: session.ended })
}

const send = async (session: Session, proofs: readonly string[]): Promise<void> => {
  const { client, handle } = home(session)
  await client.setProofs({ handle, signer: session.key }, proofs, { signal: session.ended })
}

const listed = async (session: Session): Promise<string[]> =>
  (await ownProfile(session)).proofs.map(({ subject }) => subject)

/** Puts a subject on the list that the home server shows and looks after. The same list again makes it look again. */
export const list = async (session: Session, subject: string): Promise<void> =>
  send(session, [...new Set([...(await listed(session)), subject])])

/** Takes a subject off that list. */
export const unlist = async (session: Session, subject: string): Promise<void> => {
  const subjects = await listed(session)
  const left = subjects.filter((one) => one !== subject)
  if (left.length < subjects.length) await send(session, left)
}
