import type { Handle, HandleEvent, HandleRegistered, Primary, PrimaryBound } from '@kez-chat/contracts'
import { PoisonEvent } from '@kez-chat/eventlog'

/** What the events on a handle's subject come to. `seq` is that of the last one. */
export type HandleState =
  | { kind: 'free'; seq: 0 }
  | {
      kind: 'registered'
      registered: HandleRegistered
      registeredSeq: number
      nostr: string | undefined
      /** How often a transport key was bound. */
      bindings: number
      seq: number
    }

export type PrimaryState = { kind: 'free'; seq: 0 } | { kind: 'bound'; primary: Primary; handle: Handle; seq: number }

export const freeHandle: HandleState = { kind: 'free', seq: 0 }
export const freePrimary: PrimaryState = { kind: 'free', seq: 0 }

/** @throws {PoisonEvent} when the event cannot follow: the log says something that no decision could have said */
export const evolveHandle = (state: HandleState, event: HandleEvent, seq: number): HandleState => {
  switch (event.type) {
    case 'HandleRegistered':
      if (state.kind !== 'free') throw new PoisonEvent(`event ${seq} registers a handle a second time`)
      return { kind: 'registered', registered: event, registeredSeq: seq, nostr: undefined, bindings: 0, seq }
    case 'TransportBound':
      if (state.kind === 'free') throw new PoisonEvent(`event ${seq} binds a transport key to nobody`)
      if (state.registered.primary !== event.primary)
        throw new PoisonEvent(`event ${seq} binds a transport key of another identity`)
      return { ...state, nostr: event.nostr, bindings: state.bindings + 1, seq }
    default:
      return event satisfies never
  }
}

/** @throws {PoisonEvent} when the primary is bound already */
export const evolvePrimary = (state: PrimaryState, event: PrimaryBound, seq: number): PrimaryState => {
  if (state.kind !== 'free') throw new PoisonEvent(`event ${seq} binds a primary a second time`)
  return { kind: 'bound', primary: event.primary, handle: event.handle, seq }
}
