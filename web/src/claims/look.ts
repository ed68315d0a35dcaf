import type { Profile } from '@kez-chat/contracts'
import { memosOf } from '../people/ask.ts'
import { memoOfResult } from '../people/check.ts'
import type { Session } from '../session/session.ts'
import type { ProofMemo } from '../storage/person.ts'
import { list, ownProfile } from './listed.ts'

/** The home server looks at a person's places one after the other, each for at most 20 s. */
const patience = 45_000
const firstPause = 400
const longestPause = 3_000

export type Looked = {
  readonly memo: ProofMemo
  /** In the words of whoever looked, for people who want to know exactly. */
  readonly detail?: string
  /** Seconds until the place answers again. */
  readonly retryAfter?: number
}

/** Looks from this browser. The sigchain is no judge here: what it once took back may be claimed anew. */
const lookHere = async (session: Session, subject: string): Promise<Looked> => {
  const { verifyProof } = await import('@kez-chat/proofs')
  const result = await verifyProof({ subject, primary: session.key.primary, now: session.now(), signal: session.ended })
  const memo = memoOfResult(result, session.now())
  if (result.status === 'verified') return { memo }
  const { detail, retryAfter } = result
  return { memo, detail, ...(retryAfter === undefined ? {} : { retryAfter }) }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms * (0.8 + Math.random() * 0.4)))

/** Has the home server look, and waits for what it finds; undefined when it takes too long. */
const lookFromHome = async (session: Session, subject: string): Promise<ProofMemo | undefined> => {
  const found = (profile: Profile): ProofMemo | undefined =>
    memosOf(profile, 'home').find((one) => one.subject === subject)
  const before = found(await ownProfile(session))
  await list(session, subject)
  const end = Date.now() + patience
  for (let wait = firstPause; Date.now() < end && !session.ended.aborted; wait = Math.min(wait * 1.5, longestPause)) {
    await pause(wait)
    const now = found(await ownProfile(session))
    // What it has found it does not look at again the same day.
    if (now && (now.status === 'verified' || now.at !== before?.at)) return now
  }
  return undefined
}

/** A web site seldom lets pages of others read it. */
const isSeenOnlyFromHome = (subject: string): boolean => subject.startsWith('web:')

/**
 * Looks for an own claim at its place: from here, and where that cannot be, by the home server.
 * @param sayAgain says it in the own sigchain if that has taken it back: for the server, such a claim cannot be proven
 */
export const look = async (session: Session, subject: string, sayAgain: () => Promise<void>): Promise<Looked> => {
  const here = isSeenOnlyFromHome(subject) ? undefined : await lookHere(session, subject)
  if (here && here.memo.reason !== 'unreachable') return here
  await sayAgain()
  const memo = await lookFromHome(session, subject)
  if (memo) return { memo }
  return here ?? { memo: { subject, status: 'failed', reason: 'unreachable', at: session.now(), by: 'browser' } }
}
