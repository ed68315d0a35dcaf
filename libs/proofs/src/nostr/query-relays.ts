import { ProofFailure } from '../result.ts'
import { queryRelay } from './query-relay.ts'

/** How long the others may still answer once one relay has, ms: a replaced event must not win by speed. */
const GRACE_MS = 2_000

/**
 * Everything the relays store for `filters`, of those that answer; nothing of it is verified.
 * @throws ProofFailure when none answers: `rate_limited` if one said so, else `unreachable`
 */
export const queryRelays = async (
  relays: readonly string[],
  filters: readonly object[],
  signal: AbortSignal,
): Promise<unknown[]> => {
  if (relays.length === 0) throw new ProofFailure('unreachable', 'no relays are configured')
  const enough = new AbortController()
  let grace: NodeJS.Timeout | number | undefined
  const bounded = AbortSignal.any([signal, enough.signal])
  const answers = await Promise.allSettled(
    relays.map(async (relay) => {
      const events = await queryRelay(relay, filters, bounded)
      grace ??= setTimeout(() => enough.abort(), GRACE_MS)
      return events
    }),
  )
  clearTimeout(grace)
  const events = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (answers.some(({ status }) => status === 'fulfilled')) return events
  const limited = answers.some((answer) => answer.status === 'rejected' && isLimit(answer.reason))
  if (limited) throw new ProofFailure('rate_limited', 'the relays answer no more requests for now')
  throw new ProofFailure('unreachable', `none of ${relays.length} relays answered`)
}

const isLimit = (error: unknown): boolean => error instanceof ProofFailure && error.reason === 'rate_limited'
