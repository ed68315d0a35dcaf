import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Timing } from '../timing.ts'
import { clientFrame } from './frames.ts'

/** Signs the answer to a relay's challenge (NIP-42) with the transport key. */
export type SignAuth = (relay: string, challenge: string) => NostrEvent | Promise<NostrEvent>

export interface AuthenticationOptions {
  readonly url: string
  readonly timing: Timing
  /** Absent for relays that are not in the own list: they never learn who writes. */
  readonly sign: SignAuth | undefined
  /** Ms to wait for a challenge, and for the answer. */
  readonly waitMs: number
  readonly send: (text: string) => boolean
}

/** NIP-42 on one connection: only when something was refused for want of it, and once for each challenge. */
export const createAuthentication = (options: AuthenticationOptions) => {
  const { timing } = options
  let challenge: string | undefined
  let answered: { readonly challenge: string; readonly outcome: Promise<boolean> } | undefined
  let onChallenge = new Set<() => void>()
  let pending: { readonly id: string; readonly settle: (accepted: boolean) => void } | undefined
  let refusal: string | undefined

  /** True when `until` hands over what it waits for in time. */
  const inTime = (until: (done: () => void) => void): Promise<boolean> =>
    new Promise((resolve) => {
      const cancel = timing.after(options.waitMs, () => resolve(false))
      until(() => {
        cancel()
        resolve(true)
      })
    })

  const answer = async (sign: SignAuth, text: string): Promise<boolean> => {
    const event = await sign(options.url, text)
    let accepted = false
    const heard = inTime((done) => {
      pending = {
        id: event.id,
        settle: (yes) => {
          accepted = yes
          done()
        },
      }
    })
    if (!options.send(clientFrame.auth(event))) return false
    return (await heard) && accepted
  }

  return {
    /** Why the relay does not accept us, when it does not. */
    get refusal() {
      return refusal
    },
    onChallenge: (text: string): void => {
      challenge = text
      const listeners = onChallenge
      onChallenge = new Set()
      for (const listener of listeners) listener()
    },
    /** True when the OK was for the AUTH. */
    onOk: (id: string, accepted: boolean, message: string): boolean => {
      if (pending?.id !== id) return false
      refusal = accepted ? undefined : message
      pending.settle(accepted)
      pending = undefined
      return true
    },
    /** Resolves to whether the relay now knows us; joins an attempt that is under way. */
    authenticate: async (): Promise<boolean> => {
      const { sign } = options
      if (!sign) return false
      if (challenge === undefined) await inTime((done) => onChallenge.add(done))
      if (challenge === undefined) return false
      if (answered?.challenge !== challenge) answered = { challenge, outcome: answer(sign, challenge) }
      return answered.outcome
    },
    /** The connection ended, and its challenge with it. */
    reset: (): void => {
      challenge = undefined
      answered = undefined
      refusal = undefined
      pending?.settle(false)
      pending = undefined
      for (const listener of onChallenge) listener()
      onChallenge = new Set()
    },
  }
}
