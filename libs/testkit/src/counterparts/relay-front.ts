import { randomUUID } from 'node:crypto'
import { type Client, ClientReadyState, type Event, EventUtils, type IncomingMessage } from '@nostr-relay/common'
import type { NostrRelay } from '@nostr-relay/core'
import type { WebSocket } from 'ws'
import { createDelayedPipe } from './delayed-pipe.ts'
import { between, CLOCK_TOLERANCE, type RelayFaults } from './relay-faults.ts'

export type FrontOptions = {
  readonly relay: NostrRelay
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
export const standBetween = (socket: WebSocket, options: FrontOptions): Front => {
  const { relay, faults, random, hidden } = options
  const [inward, outward] = [createDelayedPipe(), createDelayedPipe()]
  let challenge: string | undefined
  let authenticated = false

  const happens = (share: number | undefined): boolean => share !== undefined && random() < share
  const delay = (): number => {
    const range = faults().delay
    return range ? between(range, random) : 0
  }

  const transmit = (text: string): void => {
    if (socket.readyState === socket.OPEN) socket.send(text)
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
    challenge ??= randomUUID()
    say(['AUTH', challenge])
  }

  const now = (): number => Math.floor(Date.now() / 1000) + (faults().clock ?? 0)

  const authenticate = (event: Event): void => {
    const why = faults().authRefused
      ? 'restricted: not one of ours'
      : (EventUtils.isSignedEventValid(event, challenge ?? '', '127.0.0.1') ??
        (Math.abs(event.created_at - now()) > 600 ? 'invalid: the created_at is off' : undefined))
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
      return socket.readyState === socket.OPEN ? ClientReadyState.OPEN : ClientReadyState.CLOSED
    },
    send: (text) => say(JSON.parse(text) as unknown[]),
  }

  const close = (): void => {
    inward.stop()
    outward.stop()
    clearTimeout(cut)
    relay.handleDisconnect(client)
    socket.terminate()
  }

  relay.handleConnection(client, '127.0.0.1')
  const { flap } = faults()
  const cut = flap ? setTimeout(close, between(flap, random)) : undefined
  socket.on('error', () => undefined)
  socket.on('close', close)
  socket.on('message', (data) => {
    if (happens(faults().dropIn)) return
    const frame = JSON.parse(data.toString()) as unknown[]
    inward.inOrder(delay(), () => {
      hear(frame).catch((error: unknown) => say(['NOTICE', String(error)]))
    })
  })
  return { challenge: demand, close }
}
