import { ApiError } from '@kez-chat/client'
import { type Chain, createEvent, type NewChange } from '@kez-chat/identity'
import { readOwnEvents } from '../people/ask.ts'
import { judgeHistory } from '../people/history.ts'
import { personOf } from '../people/state.ts'
import { ownWho } from '../people/who.ts'
import type { Session } from '../session/session.ts'
import { ClaimError } from './errors.ts'

/** Another device may sign at the same moment: so often is built on what it has appended. */
const tries = 4

const nextTime = ({ lastCreatedAt = 0 }: Chain, now: number): number =>
  Math.max(lastCreatedAt, Math.floor(now / 1000) * 1000)

/** The own history as the server has it; signing on top of another one than was seen before would split it. */
const ownChain = async (session: Session): Promise<Chain> => {
  const who = ownWho(session)
  const known = who && personOf(session, who.tag)
  if (known?.alarm?.kind === 'fork') throw new ClaimError('history')
  const judged = judgeHistory(known?.chain, await readOwnEvents(session), session.key.primary)
  if (judged.kind !== 'sound') throw new ClaimError('history')
  if (judged.chain.status.kind !== 'active') throw new ClaimError('ended')
  return judged.chain
}

const append = async (session: Session, decide: (chain: Chain) => NewChange | undefined): Promise<void> => {
  const server = session.servers()?.own
  if (!server) throw new ClaimError('offline')
  for (let tried = 1; ; tried++) {
    const chain = await ownChain(session)
    const change = decide(chain)
    if (!change) return
    const { envelope } = createEvent(chain, change, nextTime(chain, session.now()), session.key)
    try {
      await server.appendSigchain(envelope, { signal: session.ended })
      return
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'chain_conflict') || tried === tries) throw error
    }
  }
}

/**
 * Signs the next event of the own sigchain, or nothing when there is nothing to say any more. One tab at a time: two
 * events for the same place would be two histories.
 */
export const sayInChain = (session: Session, decide: (chain: Chain) => NewChange | undefined): Promise<void> =>
  navigator.locks.request('kez-chat-sigchain', { signal: session.ended }, () => append(session, decide))
