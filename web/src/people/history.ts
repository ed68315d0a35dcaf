import { type Chain, envelopeHash, IdentityError, type PrimaryId, validateChain } from '@kez-chat/identity'
import type { KnownChain, Person } from '../storage/person.ts'

/** What a server's copy of a sigchain is worth beside what was seen before. */
export type Judged =
  | { readonly kind: 'sound'; readonly chain: Chain }
  /** The key has signed two histories. */
  | { readonly kind: 'fork' }
  /** Events that were there once are not shown any more. */
  | { readonly kind: 'shorter' }
  /** It does not pass the checks. */
  | { readonly kind: 'invalid' }

const validated = (events: readonly unknown[], primary: PrimaryId): Chain | undefined => {
  try {
    return validateChain(events, primary)
  } catch (error) {
    if (error instanceof IdentityError) return undefined
    throw error
  }
}

/**
 * Judges all events of a chain, none when the server has no such chain, by themselves and by what is known: a history
 * may only grow. A server cannot make events up; two that exclude each other were signed by the key itself.
 */
export const judgeHistory = (
  known: Pick<KnownChain, 'length' | 'head'> | undefined,
  events: readonly unknown[],
  primary: PrimaryId,
): Judged => {
  const chain = validated(events, primary)
  if (!chain) return { kind: 'invalid' }
  if (!known || known.length === 0) return { kind: 'sound', chain }
  if (events.length < known.length) return { kind: 'shorter' }
  return envelopeHash(events[known.length - 1]) === known.head ? { kind: 'sound', chain } : { kind: 'fork' }
}

/** What to remember of a chain that passed. */
export const memoOf = ({ length, head, status, subjects }: Chain): KnownChain => ({
  length,
  ...(head === undefined ? {} : { head }),
  status: status.kind,
  ...(status.kind === 'rotated' ? { rotated_to: status.to } : {}),
  subjects: [...subjects].map(([subject, { status: said, since, reason }]) => ({
    ...{ subject, status: said, since },
    ...(reason === undefined ? {} : { reason }),
  })),
})

/** Takes a judgement into what is known. Two histories are never forgotten; what was only withheld may come back. */
export const withHistory = (person: Person, judged: Judged, now: number): Person => {
  const { alarm, ...calm } = person
  if (judged.kind !== 'sound') {
    const kind = alarm?.kind === 'fork' ? 'fork' : judged.kind
    return { ...calm, alarm: { kind, since: alarm?.kind === kind ? alarm.since : now } }
  }
  return { ...calm, chain: memoOf(judged.chain), ...(alarm?.kind === 'fork' ? { alarm } : {}) }
}
