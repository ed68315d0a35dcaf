import { z } from 'zod'
import { claimTag, isClaim, openClaim, sealClaim } from '../../storage/claims.ts'
import { type Kind, orFlaw, takeEach } from '../kind.ts'

/** The own claims that were signed here, so that their texts can be shown again. */
export const claim: Kind = {
  kind: 'claim',
  async *write({ store: { db, rest } }) {
    for (const row of await db.getAll('claims'))
      yield orFlaw(() => {
        const { claim, signedAt } = openClaim(rest, row)
        return { kind: 'claim', claim, signed_at: signedAt }
      })
  },
  take: takeEach(
    ['claims'],
    z.object({ claim: z.custom<unknown>(), signed_at: z.number() }),
    async (tx, { claim, signed_at: signedAt }, { store: { rest }, primary }) => {
      if (!isClaim(claim) || claim.payload.primary !== primary) return { flaw: 'malformed' }
      const claims = tx.objectStore('claims')
      if ((await claims.getKey(claimTag(rest, claim.payload.subject))) !== undefined) return 'known'
      await claims.put(sealClaim(rest, claim, signedAt))
      return 'new'
    },
  ),
}
