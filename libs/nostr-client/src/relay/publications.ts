import type { NostrEvent } from '@kez-chat/messaging/nostr'
import { createBoundedMap } from '../bounded.ts'
import type { Timing } from '../timing.ts'
import type { RelayFate } from './fate.ts'
import { asksForAuth, clientFrame } from './frames.ts'

export interface PublicationsOptions {
  readonly url: string
  readonly timing: Timing
  /** Ms for the answer to one event, the connecting included. */
  readonly okMs: number
  /** Most events waiting for an answer. */
  readonly most: number
  readonly send: (text: string) => boolean
  /** Resolves to whether the relay may be asked again. */
  readonly authenticate: () => Promise<boolean>
  readonly onRoundTrip: (ms: number) => void
}

type Listener = (fate: RelayFate) => void
interface Waiting {
  readonly event: NostrEvent
  readonly listener: Listener
  readonly cancel: () => void
  /** Unix milliseconds of the last time it went out; undefined = not yet. */
  sentAt: number | undefined
  authentications: number
}

const MOST_LATE = 1_000
const MOST_AUTHENTICATIONS = 2

/** The events one relay has been given and how it answered, also when it answers late. */
export const createPublications = (options: PublicationsOptions) => {
  const { url, timing } = options
  const waiting = new Map<string, Waiting>()
  const late = createBoundedMap<Listener>(MOST_LATE)
  let stopped = false

  const tell = (listener: Listener, state: RelayFate['state'], reason?: string): void =>
    listener({ relay: url, state, at: timing.now(), ...(reason ? { reason } : {}) })

  const settle = (id: string, state: RelayFate['state'], reason?: string): void => {
    const entry = waiting.get(id)
    if (!entry) return
    waiting.delete(id)
    entry.cancel()
    // Somebody who gave up waiting, or was refused, still wants to hear of a late yes.
    if (state !== 'accepted') late.set(id, entry.listener)
    tell(entry.listener, state, reason)
  }

  const transmit = (entry: Waiting): void => {
    if (options.send(clientFrame.event(entry.event))) entry.sentAt = timing.now()
  }

  const again = async (entry: Waiting, reason: string): Promise<void> => {
    entry.authentications += 1
    const may = entry.authentications <= MOST_AUTHENTICATIONS && (await options.authenticate())
    if (waiting.get(entry.event.id) !== entry) return
    if (may) transmit(entry)
    else settle(entry.event.id, 'refused', reason)
  }

  return {
    publish: (event: NostrEvent, listener: Listener): void => {
      if (waiting.has(event.id)) settle(event.id, 'timeout', 'sent again')
      if (stopped || waiting.size >= options.most) {
        tell(listener, 'unreachable', stopped ? 'stopped' : 'too many events wait for this relay')
        return
      }
      const cancel = timing.after(options.okMs, () => {
        const sent = waiting.get(event.id)?.sentAt !== undefined
        settle(event.id, sent ? 'timeout' : 'unreachable', sent ? 'no answer in time' : 'not connected in time')
      })
      const entry: Waiting = { event, listener, cancel, sentAt: undefined, authentications: 0 }
      waiting.set(event.id, entry)
      transmit(entry)
    },
    /** Sends what waits; after a reconnect also what went out before, for its answer is lost. */
    flush: (): void => {
      for (const entry of waiting.values()) transmit(entry)
    },
    onOk: (id: string, accepted: boolean, message: string): void => {
      const entry = waiting.get(id)
      const yes = accepted || message.startsWith('duplicate:')
      if (!entry) {
        const listener = late.get(id)
        if (listener) tell(listener, yes ? 'accepted' : 'refused', message)
        if (yes) late.delete(id)
        return
      }
      if (entry.sentAt !== undefined) options.onRoundTrip(timing.now() - entry.sentAt)
      if (yes) settle(id, 'accepted', message)
      else if (asksForAuth(message)) void again(entry, message)
      else settle(id, 'refused', message)
    },
    /** No connection can be had: what never left need not wait for its time. */
    unreachable: (reason: string): void => {
      for (const [id, { sentAt }] of waiting) if (sentAt === undefined) settle(id, 'unreachable', reason)
    },
    stop: (): void => {
      stopped = true
      for (const id of [...waiting.keys()]) settle(id, 'unreachable', 'stopped')
    },
    get size() {
      return waiting.size
    },
  }
}
