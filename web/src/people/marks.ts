import { areIndependent } from '@kez-chat/identity'
import type { Person, ProofMemo } from '../storage/person.ts'

/** For so long a check counts; then somebody should look again. */
export const checkCountsFor = 30 * 86_400_000

/** How it stands with one thing a person says they are. */
export type Mark = {
  readonly subject: string
  readonly state:
    | 'verified'
    /** It stood once, too long ago to count. */
    | 'old'
    | 'failed'
    /** It could not be looked at. */
    | 'unknown'
    | 'unchecked'
    /** Taken back by the person. */
    | 'revoked'
  /** What the state rests on. */
  readonly check?: ProofMemo
  /** When it was said, or taken back, unix ms; unknown when no chain says it. */
  readonly since?: number
  /** Why it was taken back, if that was said. */
  readonly reason?: string
}

const couldNotLook = new Set(['unreachable', 'rate_limited'])

const isConclusive = ({ status, reason }: ProofMemo): boolean =>
  status === 'verified' || !couldNotLook.has(reason ?? '')

/** Whoever found something out before who could not look, then the newest; a server of their own choice only when nobody else looked. */
const telling = (checks: readonly ProofMemo[]): ProofMemo | undefined => {
  const ours = checks.filter(({ by }) => by !== 'theirs')
  return [...(ours.length > 0 ? ours : checks)].sort(
    (a, b) => Number(isConclusive(b)) - Number(isConclusive(a)) || b.at - a.at,
  )[0]
}

const stateOf = (check: ProofMemo | undefined, now: number): Mark['state'] => {
  if (!check) return 'unchecked'
  if (!isConclusive(check)) return 'unknown'
  if (check.status === 'failed') return 'failed'
  return now - check.at < checkCountsFor ? 'verified' : 'old'
}

/** Each thing a person says they are, in the order in which they said it; what they took back comes last. */
export const marksOf = ({ chain, checks }: Person, now: number): Mark[] => {
  const said = new Map((chain?.subjects ?? []).map((one) => [one.subject, one]))
  // A claim that a server has found, but no chain speaks of, counts as said.
  const found = checks.filter(({ subject, status }) => status === 'verified' && !said.has(subject))
  const marks = [...new Set([...said.keys(), ...found.map(({ subject }) => subject)])].map((subject): Mark => {
    const one = said.get(subject)
    const since = one === undefined ? {} : { since: one.since }
    if (one?.status === 'revoked')
      return { subject, state: 'revoked', ...since, ...(one.reason === undefined ? {} : { reason: one.reason }) }
    const check = telling(checks.filter((memo) => memo.subject === subject))
    return { subject, state: stateOf(check, now), ...since, ...(check ? { check } : {}) }
  })
  return marks.toSorted((a, b) => Number(a.state === 'revoked') - Number(b.state === 'revoked'))
}

/**
 * Whether a person has the badge: two proofs that do not depend on one another, found by this browser or by our own
 * home server, and a history without contradiction. What a server of their own choice says of them is no proof.
 */
export const isVerified = (person: Person, now: number): boolean =>
  person.alarm === undefined &&
  (person.chain?.status ?? 'active') === 'active' &&
  areIndependent(
    marksOf(person, now)
      .filter(({ state, check }) => state === 'verified' && check?.by !== 'theirs')
      .map(({ subject }) => subject),
  )

/** Takes new checks into what is known: of each looker the newest for each subject. */
export const withChecks = (person: Person, fresh: readonly ProofMemo[]): Person => {
  const replaced = new Set(fresh.map(({ subject, by }) => `${by} ${subject}`))
  return {
    ...person,
    checks: [...person.checks.filter(({ subject, by }) => !replaced.has(`${by} ${subject}`)), ...fresh],
  }
}

/** What a server says now in place of all it said before: what it no longer vouches for is gone. */
export const withServerChecks = (person: Person, by: 'home' | 'theirs', said: readonly ProofMemo[]): Person => ({
  ...person,
  checks: [...person.checks.filter((memo) => memo.by !== by), ...said],
})
