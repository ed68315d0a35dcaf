import { TransportError } from '../errors.ts'
import { type RelayFate, supersedes } from '../relay/fate.ts'

/** One event on its way to several relays. */
export interface Publication {
  /** How it stands at each relay, in the order they were asked; late answers still change it. */
  fates(): readonly RelayFate[]
  /**
   * The first relay that accepts (`Promise.any`). Rejects with TransportError once all have said no or nothing:
   * `no_route`, `refused` (by every one) or `not_accepted`.
   */
  readonly accepted: Promise<RelayFate>
  /** Resolves once every relay has answered or run out of time. */
  readonly settled: Promise<void>
}

const failure = (fates: readonly RelayFate[]): TransportError => {
  if (fates.length === 0) return new TransportError('no_route', 'no relay to send to')
  const reasons = [...new Set(fates.map(({ reason }) => reason ?? 'no answer'))].join('; ')
  return new TransportError(fates.every(({ state }) => state === 'refused') ? 'refused' : 'not_accepted', reasons)
}

/**
 * Asks each relay through `ask`, which calls its listener at least once with something else than `pending`.
 * @param onFate hears each change, also late ones
 */
export const createPublication = (
  relays: readonly string[],
  ask: (relay: string, listener: (fate: RelayFate) => void) => void,
  now: () => number,
  onFate?: (fate: RelayFate) => void,
): Publication => {
  const fates = new Map<string, RelayFate>()
  for (const relay of relays) fates.set(relay, { relay, state: 'pending', at: now() })
  const answers = relays.map((relay) => {
    const answer = Promise.withResolvers<RelayFate>()
    const listen = (fate: RelayFate): void => {
      if (!supersedes(fate, fates.get(relay))) return
      fates.set(relay, fate)
      if (fate.state === 'accepted') answer.resolve(fate)
      else if (fate.state !== 'pending') answer.reject(fate)
      onFate?.(fate)
    }
    ask(relay, listen)
    return answer.promise
  })
  const settled = Promise.allSettled(answers).then(() => undefined)
  const accepted = Promise.any(answers).catch(() => {
    throw failure([...fates.values()])
  })
  // Who only looks at the fates need not look at this too.
  accepted.catch(() => undefined)
  return { fates: () => [...fates.values()], accepted, settled }
}
