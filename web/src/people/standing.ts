import type { Person } from '../storage/person.ts'
import { isVerified, marksOf } from './marks.ts'

/** How far somebody is from the badge; whoever's own server alone vouches for them is at the beginning. */
export const badgeStanding = (person: Person, now: number): 'yes' | 'one' | 'none' => {
  if (isVerified(person, now)) return 'yes'
  const proven = marksOf(person, now).some(({ state, check }) => state === 'verified' && check?.by !== 'theirs')
  return proven && person.alarm === undefined ? 'one' : 'none'
}
