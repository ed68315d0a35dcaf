import { type RelaySide, relaySubject } from '@kez-chat/contracts'
import type { NatsConnection } from '@nats-io/nats-core'

/** Says that this process is there, and notices when another one is not any more. */
export type Liveness = {
  /** Begins to expect signs of life of the process `id`; again when it was watched already does nothing. */
  watch(id: string): void
  stop(): void
}

export const aliveEvery = 2_000
/** Five signs missed. */
export const deadAfter = 10_000

/**
 * @param options.side which side this process is; the others are on the other one
 * @param options.onDead called once for a watched process that has been silent for 10 s; it is no longer watched then
 */
export const createLiveness = (
  nc: NatsConnection,
  options: { side: RelaySide; id: string; onDead(id: string): void },
): Liveness => {
  const { side, id, onDead } = options
  const other: RelaySide = side === 'gateway' ? 'bridge' : 'gateway'
  const heard = new Map<string, number>()
  let lastRound = Date.now()

  const subscription = nc.subscribe(relaySubject.alive(other, '*'), {
    callback: (error, message) => {
      const from = message.subject.split('.').at(-1) ?? ''
      if (!error && heard.has(from)) heard.set(from, Date.now())
    },
  })
  const timer = setInterval(() => {
    const now = Date.now()
    // A process that slept itself has not had the chance to hear.
    const slept = now - lastRound > 2 * aliveEvery
    lastRound = now
    if (!nc.isClosed()) nc.publish(relaySubject.alive(side, id))
    for (const [peer, at] of heard) {
      if (slept) heard.set(peer, Math.max(at, now - deadAfter / 2))
      else if (now - at > deadAfter) {
        heard.delete(peer)
        onDead(peer)
      }
    }
  }, aliveEvery)

  return {
    watch: (peer) => {
      if (!heard.has(peer)) heard.set(peer, Date.now())
    },
    stop: () => {
      clearInterval(timer)
      if (!nc.isClosed()) subscription.unsubscribe()
    },
  }
}
