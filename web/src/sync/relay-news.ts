import type { RelayState } from '@kez-chat/nostr-client'

const pause = 250

/** Tells how the relays stand, at once and then no more than a few times a second. */
export const createRelayNews = (states: () => readonly RelayState[], tell: (relays: readonly RelayState[]) => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let more = false
  const now = (): void => {
    more = false
    tell(states())
    timer = setTimeout(() => {
      timer = undefined
      if (more) now()
    }, pause)
  }
  return {
    changed: (): void => {
      if (timer === undefined) now()
      else more = true
    },
    stop: (): void => clearTimeout(timer),
  }
}
