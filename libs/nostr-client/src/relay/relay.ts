import { type NostrEvent, parseRelayFrame, type RelayFrame } from '@kez-chat/messaging/nostr'
import type { Timing } from '../timing.ts'
import { createAuthentication, type SignAuth } from './authentication.ts'
import type { RelayFate } from './fate.ts'
import { clientFrame, MAX_FRAME_LENGTH } from './frames.ts'
import { createIncoming, type VerifyEvent } from './incoming.ts'
import { createIntake, defaultIntake, type IntakeLimits } from './intake.ts'
import { createLink, defaultLink, type LinkLimits } from './link.ts'
import { createPublications } from './publications.ts'
import type { RelayState } from './relay-state.ts'
import type { OpenSocket } from './socket.ts'
import { createSubscriptions, type OpenSubscription, type RelaySubscription } from './subscriptions.ts'

export interface RelayLimits extends LinkLimits, IntakeLimits {
  readonly okMs: number
  readonly eoseMs: number
  readonly authMs: number
  readonly waitingEvents: number
  readonly subscriptions: number
  readonly incoming: number
  /** A relay that is only written to is left after this long without work. */
  readonly restMs: number
}

export const defaultLimits: RelayLimits = {
  ...defaultLink,
  ...defaultIntake,
  okMs: 15_000,
  eoseMs: 15_000,
  authMs: 10_000,
  waitingEvents: 256,
  subscriptions: 16,
  incoming: 4_000,
  restMs: 60_000,
}

export interface RelayOptions {
  /** Normalised. */
  readonly url: string
  readonly openSocket: OpenSocket
  readonly timing: Timing
  readonly verify: VerifyEvent
  /** Present exactly for relays of the own list. */
  readonly signAuth?: SignAuth | undefined
  readonly limits?: Partial<RelayLimits> | undefined
  readonly onState?: (state: RelayState) => void
  /** An event that is known already came from here too. */
  readonly onKnown?: (id: string) => void
  readonly onError?: (error: unknown) => void
}

const PROBE = 'probe'
const NO_EVENT = '0'.repeat(64)

/** One relay: NIP-01 with bounds and times for everything, NIP-42 when it asks, and reconnecting by itself. */
export const createRelay = (options: RelayOptions) => {
  const { url, timing, signAuth } = options
  const limits = { ...defaultLimits, ...options.limits }
  const own = signAuth !== undefined
  let intake = createIntake(timing, limits)
  let state: RelayState = { url, own, phase: 'idle', since: timing.now() }
  let cancelRest = (): void => undefined

  const note = (change: Partial<RelayState>): void => {
    const moved = change.phase !== undefined && change.phase !== state.phase
    state = { ...state, ...change, ...(moved ? { since: timing.now() } : {}) }
    options.onState?.(state)
  }

  const send = (text: string): boolean => link.send(text)
  const onRoundTrip = (latencyMs: number): void => note({ latencyMs })

  const authenticate = async (): Promise<boolean> => {
    const known = await authentication.authenticate()
    if (known && state.phase === 'auth_refused') note({ phase: 'live' })
    const { refusal } = authentication
    if (!known && own && link.phase === 'live') note({ phase: 'auth_refused', lastError: refusal ?? 'no challenge' })
    return known
  }

  const authentication = createAuthentication({ url, timing, sign: signAuth, waitMs: limits.authMs, send })
  const publications = createPublications({
    ...{ url, timing, okMs: limits.okMs, most: limits.waitingEvents },
    ...{ send, authenticate, onRoundTrip },
  })
  const subscriptions = createSubscriptions({
    ...{ timing, eoseMs: limits.eoseMs, most: limits.subscriptions },
    ...{ send, authenticate, onRoundTrip, onAsked: (events) => intake.asked(events) },
  })
  const incoming = createIncoming({
    verify: options.verify,
    most: limits.incoming,
    onKnown: (id) => options.onKnown?.(id),
    onJunk: (what) => {
      if (!intake.junk()) link.cut(what)
    },
    onError: (error) => options.onError?.(error),
  })

  const onEvent = (id: string, event: unknown): void => {
    const subscription = subscriptions.get(id)
    // What was on its way when we closed the subscription.
    if (subscription && !incoming.event(subscription, event)) link.cut('more events than can be taken')
  }

  const onFrame = (frame: RelayFrame): void => {
    switch (frame.type) {
      case 'EVENT':
        onEvent(frame.subscription, frame.event)
        break
      case 'OK':
        if (!authentication.onOk(frame.id, frame.accepted, frame.message)) {
          publications.onOk(frame.id, frame.accepted, frame.message)
        }
        break
      case 'EOSE':
        if (!incoming.after(() => subscriptions.onEose(frame.subscription))) link.cut('more than can be taken')
        break
      case 'CLOSED':
        subscriptions.onClosed(frame.subscription, frame.message)
        break
      case 'NOTICE':
        note({ notice: frame.message })
        break
      case 'AUTH':
        authentication.onChallenge(frame.challenge)
    }
  }

  const onData = (data: unknown): void => {
    const length = typeof data === 'string' ? data.length : 1
    if (!intake.frame(length)) {
      link.cut('floods')
      return
    }
    if (length > MAX_FRAME_LENGTH) return
    const frame = typeof data === 'string' ? parseRelayFrame(data) : undefined
    if (frame) onFrame(frame)
    else if (!intake.junk()) link.cut('sends what is no nostr')
  }

  const link = createLink({
    ...{ url, openSocket: options.openSocket, timing, limits, onData },
    onOpen: () => {
      subscriptions.reopen()
      publications.flush()
    },
    onDown: (reason) => {
      note({ lastError: reason })
      intake = createIntake(timing, limits)
      incoming.clear()
      authentication.reset()
      subscriptions.lost(reason)
      publications.unreachable(reason)
    },
    onPhase: (phase) => note({ phase }),
    probe: () => {
      send(clientFrame.req(PROBE, [{ ids: [NO_EVENT], limit: 1 }]))
      send(clientFrame.close(PROBE))
    },
  })

  /** A relay of somebody else is left when it has nothing to do. */
  const restLater = (): void => {
    cancelRest()
    if (own) return
    cancelRest = timing.after(limits.restMs, () => (publications.size > 0 ? restLater() : link.rest()))
  }

  if (own) link.start()

  return {
    url,
    own,
    get state(): RelayState {
      return state
    },
    /**
     * Sends an event; `listener` hears each change of its fate, also a late one. Never throws.
     */
    publish: (event: NostrEvent, listener: (fate: RelayFate) => void): void => {
      link.start()
      restLater()
      publications.publish(event, listener)
    },
    /** @throws TransportError `full` */
    subscribe: (wanted: RelaySubscription): OpenSubscription => {
      link.start()
      restLater()
      return subscriptions.open(wanted)
    },
    /** The network came back: tries at once instead of waiting. */
    retryNow: (): void => link.retryNow(),
    stop: (): void => {
      cancelRest()
      link.stop()
      publications.stop()
      subscriptions.lost('stopped')
      subscriptions.stop()
      incoming.clear()
    },
  }
}

export type Relay = ReturnType<typeof createRelay>
