import { activeSubjects, type Chain } from '@kez-chat/identity'
import { type ProofResult, verifyProof } from '@kez-chat/proofs'
import type { Session } from '../session.ts'
import { proofSettings } from './settings.ts'

const atOnce = 4

/** Looks at the place of every subject that a chain stands by, a few at a time. */
export const verifySubjects = async (chain: Chain, session: Session): Promise<ProofResult[]> => {
  const settings = proofSettings(session)
  const subjects = activeSubjects(chain)
  const results: ProofResult[] = []
  for (let i = 0; i < subjects.length; i += atOnce) {
    const some = subjects.slice(i, i + atOnce)
    const asked = some.map((subject) =>
      verifyProof({ subject, primary: chain.primary, chain, settings, now: session.now() }),
    )
    results.push(...(await Promise.all(asked)))
  }
  return results
}
