import { createTokenBuckets } from '@kez-chat/runtime'

/** How much of a relay is taken at once. */
export type FlowLimits = {
  /** Events that wait for a verdict or for the store. */
  readonly inFlight: number
  readonly messagesPerSecond: number
  readonly messageBurst: number
  readonly bytesPerSecond: number
  readonly byteBurst: number
  /** ms for which nothing is read from a relay that sends more than that. */
  readonly pause: number
}

export const flowLimits: FlowLimits = {
  inFlight: 256,
  messagesPerSecond: 2_000,
  messageBurst: 20_000,
  bytesPerSecond: 4 << 20,
  byteBurst: 64 << 20,
  pause: 250,
}

/** A flood is useful when so much of it ends in inboxes: then it is only slowed down. */
const usefulShare = 0.1

export type FlowOptions = {
  readonly limits: FlowLimits
  readonly pause: () => void
  readonly resume: () => void
  /** The relay sends more than is taken, and hardly any of it is of use. */
  readonly onFlood: () => void
}

/** Slows a relay down to what can be worked off: it waits at its own end of the wire, so that nothing piles up here. */
export const createFlow = ({ limits, pause, resume, onFlood }: FlowOptions) => {
  const messages = createTokenBuckets({ capacity: limits.messageBurst, perSecond: limits.messagesPerSecond })
  const bytes = createTokenBuckets({ capacity: limits.byteBurst, perSecond: limits.bytesPerSecond })
  let inFlight = 0
  let received = 0
  let useful = 0
  let throttled: NodeJS.Timeout | undefined
  let paused = false

  const settle = (): void => {
    const wanted = throttled !== undefined || inFlight >= (paused ? limits.inFlight / 2 : limits.inFlight)
    if (wanted === paused) return
    paused = wanted
    if (paused) pause()
    else resume()
  }

  const throttle = (): void => {
    if (throttled) return
    if (useful < received * usefulShare) onFlood()
    received = 0
    useful = 0
    throttled = setTimeout(() => {
      throttled = undefined
      settle()
    }, limits.pause)
    settle()
  }

  return {
    message: (size: number): void => {
      received += 1
      const [one, all] = [messages.take(''), bytes.take('', size)]
      if (!one.ok || !all.ok) throttle()
    },
    begin: (): void => {
      inFlight += 1
      settle()
    },
    end: (wasUseful: boolean): void => {
      inFlight -= 1
      if (wasUseful) useful += 1
      settle()
    },
    stop: (): void => clearTimeout(throttled),
  }
}
