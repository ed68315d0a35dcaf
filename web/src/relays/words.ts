import type { RelayState } from '@kez-chat/nostr-client'
import { reasonWords } from '../delivery/reason.ts'
import { t } from '../strings/index.ts'
import type { Standing } from './standing.ts'

/** As few words as the list's head has room for. */
export const shortStanding = ({ kind, connected }: Standing): string => {
  switch (kind) {
    case 'live':
      return t.relays.live(connected)
    case 'alone':
      return t.relays.states.live
    case 'onlyRelays':
      return t.relays.states.onlyRelays(connected)
    default:
      return t.relays.states[kind]
  }
}

/** Why it is not well, unless the state itself says so already. */
const why = ({ phase, lastError }: RelayState): string | undefined => {
  if (phase !== 'backing_off' && phase !== 'auth_refused') return undefined
  const words = reasonWords(lastError)
  return words === t.delivery.reasons.not_reached ? undefined : words
}

/** How it stands with one relay, with its own last words where they say why. */
export const relayWords = (relay: RelayState, barred: boolean): string => {
  if (barred) return t.relays.blockedByPage
  const { phase, latencyMs, notice } = relay
  const state = t.relays.phases[phase]
  const pace = phase === 'live' && latencyMs !== undefined ? t.relays.answersIn(Math.round(latencyMs)) : undefined
  const first = [state, pace].filter(Boolean).join(', ')
  const more = [why(relay), phase === 'live' && notice ? t.relays.notice(notice) : undefined].filter(Boolean)
  return more.length === 0 ? first : [`${first}.`, ...more].join(' ')
}
