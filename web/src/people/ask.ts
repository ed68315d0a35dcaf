import { ApiError, type Client, readWholeSigchain } from '@kez-chat/client'
import { maxProofs, type Profile } from '@kez-chat/contracts'
import type { Chain, PrimaryId } from '@kez-chat/identity'
import type { Session } from '../session/session.ts'
import type { Person, ProofMemo } from '../storage/person.ts'
import type { Servers } from '../sync/servers.ts'
import { judgeHistory, withHistory } from './history.ts'
import { withServerChecks } from './marks.ts'
import type { Who } from './who.ts'

/** What a server has told of somebody. */
export type Answer = {
  /** Takes it into what is known. */
  readonly change: (person: Person) => Person
  /** Their history, when it goes with what was known of it. */
  readonly chain: Chain | undefined
}

export const isOwnServer = (session: Session, { handle }: Who): boolean =>
  handle.endsWith(`@${session.account.value?.server}`)

const servers = (session: Session): Servers => {
  const found = session.servers()
  if (!found) throw new Error('there is no server before there is a handle')
  return found
}

const noneIfUnknown =
  <T>(none: T) =>
  (error: unknown): T => {
    if (error instanceof ApiError && error.code === 'not_found') return none
    throw error
  }

const profileOf = (client: Client, primary: PrimaryId, signal: AbortSignal): Promise<Profile | undefined> =>
  client.lookupPrimary(primary, { signal }).catch(noneIfUnknown(undefined))

const eventsOf = (client: Client, primary: PrimaryId, signal: AbortSignal): Promise<unknown[]> =>
  readWholeSigchain(client, primary, { signal }).catch(noneIfUnknown<unknown[]>([]))

/** The own sigchain as the home server has it, unchecked. */
export const readOwnEvents = (session: Session): Promise<unknown[]> =>
  eventsOf(servers(session).own, session.key.primary, session.ended)

/** What a server has found at the places of somebody's claims. */
export const memosOf = ({ proofs }: Pick<Profile, 'proofs'>, by: 'home' | 'theirs'): ProofMemo[] =>
  proofs.slice(0, maxProofs).flatMap(({ subject, status, reason, place, checked_at }) =>
    status === 'pending' || checked_at === undefined
      ? []
      : [
          {
            ...{ subject, status, by, at: Date.parse(checked_at) },
            ...(reason === undefined ? {} : { reason }),
            ...(place === undefined ? {} : { place }),
          },
        ],
  )

/** Asks a person's server who they are and what they have said; what it shows is checked here. */
export const askServer = async (session: Session, who: Who, known: Person | undefined): Promise<Answer> => {
  const { client } = servers(session).of(who.handle)
  const signal = session.ended
  const [profile, events] = await Promise.all([
    profileOf(client, who.primary, signal),
    eventsOf(client, who.primary, signal),
  ])
  const by = isOwnServer(session, who) ? 'home' : 'theirs'
  const judged = judgeHistory(known?.chain, events, who.primary)
  const now = session.now()
  return {
    chain: judged.kind === 'sound' ? judged.chain : undefined,
    change: (person) => ({
      ...withServerChecks(withHistory(person, judged, now), by, profile ? memosOf(profile, by) : []),
      read_at: now,
    }),
  }
}
