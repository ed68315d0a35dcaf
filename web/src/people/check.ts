import { activeSubjects, type Chain } from '@kez-chat/identity'
import type { ProofResult } from '@kez-chat/proofs'
import type { Session } from '../session/session.ts'
import type { ProofMemo } from '../storage/person.ts'

/** So many places are looked at for one person, and so many at once. */
const most = 64
const atOnce = 4

/** A result of this browser as it is kept. */
export const memoOfResult = (result: ProofResult, now: number): ProofMemo => ({
  ...{ subject: result.subject, status: result.status, at: now, by: 'browser' },
  ...(result.status === 'verified' ? { place: result.place.slice(0, 1_000) } : { reason: result.reason }),
})

/** Looks at the places of everything a chain stands by. The code for it comes when it is first needed. */
export const checkPlaces = async (chain: Chain, { now, ended: signal }: Session): Promise<ProofMemo[]> => {
  const { verifyProof } = await import('@kez-chat/proofs')
  const subjects = activeSubjects(chain).slice(0, most)
  const found: ProofMemo[] = []
  for (let i = 0; i < subjects.length && !signal.aborted; i += atOnce) {
    const some = subjects.slice(i, i + atOnce)
    const results = await Promise.all(
      some.map((subject) => verifyProof({ subject, primary: chain.primary, chain, now: now(), signal })),
    )
    found.push(...results.map((result) => memoOfResult(result, now())))
  }
  return found
}
