import {
  type Client,
  ClientReadyState,
  type Event,
  EventKind,
  EventUtils,
  type IncomingMessage,
} from '@nostr-relay/common'
import type { NostrRelay } from '@nostr-relay/core'
import type { Clock } from './clock.ts'
import { createDelayedPipe } from './delayed-pipe.ts'
import { between, CLOCK_TOLERANCE, type RelayFaults } from './relay-faults.ts'

/** The relay's end of one connection. */
export type Line = {
  readonly isOpen: () => boolean
  readonly send: (text: string) => void
  readonly close: () => void
  readonly onMessage: (listener: (text: string) => void) => void
  readonly onClose: (listener: () => void) => void
}

export type FrontOptions = {
  readonly relay: NostrRelay
  /** By which name clients know it, as in the `relay` tag of an AUTH. */
  readonly host: string
  readonly clock: Clock
  /** Asked for each frame, so that faults can change at any time. */
  readonly faults: () => RelayFaults
  readonly random: () => number
  /** Ids of events that are kept and never shown. */
  readonly hidden: Set<string>
  /** Every frame of the client that arrived. */
  readonly onFrame: (frame: readonly unknown[]) => void
}

export type Front = { readonly challenge: () => void; readonly close: () => void }

/** What stands between one client and the relay and lets things go wrong. */
export const standBetween = (line: Line, options: FrontOptions): Front => {
  const { relay, faults, random, hidden, clock } = options
  const [inward, outward] = [createDelayedPipe(clock), createDelayedPipe(clock)]
  let challenge: string | undefined
  let authenticated = false

  const happens = (share: number | undefined): boolean => share !== undefined && random() < share
  const delay = (): number => {
    const range = faults().delay
    return range ? between(range, random) : 0
  }

  const transmit = (text: string): void => {
    if (line.isOpen()) line.send(text)
  }

  const say = (frame: readonly unknown[]): void => {
    const { silent, dropOut, neverEose, reorder, lateOk, duplicate } = faults()
    const [type, , event] = frame
    if (silent || happens(dropOut) || (type === 'EOSE' && neverEose)) return
    if (type === 'EVENT' && hidden.has((event as Event).id)) return
    const text = JSON.stringify(frame)
    const ms = delay()
    for (let copies = happens(duplicate) ? 2 : 1; copies > 0; copies--) {
      if (type === 'OK' && lateOk !== undefined) outward.overtaken(ms + lateOk, () => transmit(text))
      else if (reorder && happens(reorder.share)) {
        outward.overtaken(ms + random() * reorder.within, () => transmit(text))
      } else outward.inOrder(ms, () => transmit(text))
    }
  }

  const demand = (): void => {
    challenge ??= `challenge ${random()}`
    say(['AUTH', challenge])
  }

  const now = (): number => Math.floor(clock.now() / 1000) + (faults().clock ?? 0)

  // The engine's own check looks at the clock of this machine.
  const whyNot = (event: Event): string | undefined => {
    if (faults().authRefused) return 'restricted: not one of ours'
    const tag = (name: string): string => event.tags.find(([first]) => first === name)?.[1] ?? ''
    if (event.kind !== EventKind.AUTHENTICATION) return 'invalid: the kind is not 22242'
    if (challenge === undefined || tag('challenge') !== challenge) return 'invalid: the challenge string is wrong'
    if (!URL.canParse(tag('relay')) || new URL(tag('relay')).hostname !== options.host) {
      return 'invalid: the relay url is wrong'
    }
    if (Math.abs(event.created_at - now()) > 600) return 'invalid: the created_at is off'
    return EventUtils.validate(event)
  }

  const authenticate = (event: Event): void => {
    const why = whyNot(event)
    authenticated = why === undefined
    say(['OK', event.id, authenticated, why ?? ''])
  }

  const needsAuth = (doing: 'write' | 'read'): boolean => {
    const { auth } = faults()
    return !authenticated && (auth === 'all' || auth === doing)
  }

  const take = async (event: Event): Promise<void> => {
    const { refuse, members, okNotStored, okNotServed, clock } = faults()
    if (needsAuth('write')) {
      demand()
      return say(['OK', event.id, false, 'auth-required: we only serve people we know'])
    }
    if (refuse !== undefined) return say(['OK', event.id, false, refuse])
    if (members?.includes(event.pubkey) === false) return say(['OK', event.id, false, 'restricted: members only'])
    if (clock !== undefined && Math.abs(event.created_at - now()) > CLOCK_TOLERANCE) {
      return say(['OK', event.id, false, 'invalid: created_at is too far off from the current time'])
    }
    if (happens(okNotStored)) return say(['OK', event.id, true, ''])
    if (happens(okNotServed)) hidden.add(event.id)
    await relay.handleMessage(client, ['EVENT', event])
  }

  const hear = async (frame: readonly unknown[]): Promise<void> => {
    const [type, first] = frame
    options.onFrame(frame)
    const { closed } = faults()
    if (type === 'AUTH') return authenticate(first as Event)
    if (type === 'EVENT') return take(first as Event)
    if (type === 'REQ' && needsAuth('read')) {
      demand()
      return say(['CLOSED', first, 'auth-required: we only serve people we know'])
    }
    if (type === 'REQ' && closed !== undefined) return say(['CLOSED', first, closed])
    await relay.handleMessage(client, frame as unknown as IncomingMessage)
  }

  const client: Client = {
    get readyState() {
      return line.isOpen() ? ClientReadyState.OPEN : ClientReadyState.CLOSED
    },
    send: (text) => say(JSON.parse(text) as unknown[]),
  }

  const close = (): void => {
    inward.stop()
    outward.stop()
    cancelCut()
    relay.handleDisconnect(client)
    line.close()
  }

  relay.handleConnection(client, '127.0.0.1')
  const { flap } = faults()
  const cancelCut = flap ? clock.after(between(flap, random), close) : () => undefined
  line.onClose(close)
  line.onMessage((text) => {
    if (happens(faults().dropIn)) return
    const frame = JSON.parse(text) as unknown[]
    inward.inOrder(delay(), () => {
      hear(frame).catch((error: unknown) => say(['NOTICE', String(error)]))
    })
  })
  return { challenge: demand, close }
}
