import { createBoundedMap } from '../bounded.ts'
import { type RelayFate, supersedes } from '../relay/fate.ts'

const MOST_MESSAGES = 5_000

/** Refusals that say more about the moment than about the event. */
const passing = /^(rate-limited|error|auth-required):/

/** What each relay said of a message's newest event, as far as this process has asked. */
export const createRelayFates = () => {
  const fates = createBoundedMap<Map<string, RelayFate>>(MOST_MESSAGES)
  return {
    note: (innerId: string, fate: RelayFate): void => {
      const known = fates.get(innerId) ?? new Map<string, RelayFate>()
      if (supersedes(fate, known.get(fate.relay))) known.set(fate.relay, fate)
      fates.set(innerId, known)
    },
    of: (innerId: string): RelayFate[] => [...(fates.get(innerId)?.values() ?? [])],
    /** The relays that need not be asked again. */
    done: (innerId: string): string[] =>
      [...(fates.get(innerId)?.values() ?? [])]
        .filter(({ state, reason = '' }) => state === 'accepted' || (state === 'refused' && !passing.test(reason)))
        .map(({ relay }) => relay),
    forget: (innerId: string): void => fates.delete(innerId),
  }
}
