import type {
  Handle,
  HandleBarred,
  HandleEnded,
  HandleEvent,
  HandleRegistered,
  Primary,
  PrimaryBound,
} from '@kez-chat/contracts'
import { PoisonEvent } from '@kez-chat/eventlog'

/** What the events on a handle's subject come to. `seq` is that of the last one. */
export type HandleState =
  | { kind: 'free'; seq: 0 }
  | {
      kind: 'registered'
      registered: HandleRegistered
      registeredSeq: number
      /** The key that has the handle now. */
      primary: Primary
      /** Keys that had it before, each with the one it was rotated to and the sequence of that event. */
      former: readonly { primary: Primary; to: Primary; seq: number }[]
      ended: Pick<HandleEnded, 'status' | 'rotated_to'> | undefined
      /** Barred by the operator, whichever key has the handle. */
      barred: HandleBarred['reason'] | undefined
      nostr: string | undefined
      /** How often a transport key was bound. */
      bindings: number
      proofs: readonly string[]
      /** How often the list of proofs was set. */
      proofLists: number
      seq: number
    }

export type RegisteredHandle = Extract<HandleState, { kind: 'registered' }>

export type PrimaryState = { kind: 'free'; seq: 0 } | { kind: 'bound'; primary: Primary; handle: Handle; seq: number }

export const freeHandle: HandleState = { kind: 'free', seq: 0 }
export const freePrimary: PrimaryState = { kind: 'free', seq: 0 }

/** @throws {PoisonEvent} when the event cannot follow: the log says something that no decision could have said */
export const evolveHandle = (state: HandleState, event: HandleEvent, seq: number): RegisteredHandle => {
  if (event.type === 'HandleRegistered') {
    if (state.kind !== 'free') throw new PoisonEvent(`event ${seq} registers a handle a second time`)
    return {
      kind: 'registered',
      registered: event,
      registeredSeq: seq,
      primary: event.primary,
      former: [],
      ended: undefined,
      barred: undefined,
      nostr: undefined,
      bindings: 0,
      proofs: [],
      proofLists: 0,
      seq,
    }
  }
  if (state.kind === 'free') throw new PoisonEvent(`event ${seq} is about a handle that nobody took`)
  if (state.ended) throw new PoisonEvent(`event ${seq} is about a handle that has ended`)
  return evolveRegistered(state, event, seq)
}

const evolveRegistered = (
  state: RegisteredHandle,
  event: Exclude<HandleEvent, HandleRegistered>,
  seq: number,
): RegisteredHandle => {
  const before = event.type === 'HandleRebound' ? event.previous : event.primary
  if (before !== state.primary)
    throw new PoisonEvent(`event ${seq} comes from an identity that does not have the handle`)
  switch (event.type) {
    case 'TransportBound':
      return { ...state, nostr: event.nostr, bindings: state.bindings + 1, seq }
    case 'ProofsSet':
      return { ...state, proofs: event.proofs, proofLists: state.proofLists + 1, seq }
    case 'HandleRebound': {
      // What the old key said of itself, the new one has not said.
      const former = [...state.former, { primary: event.previous, to: event.primary, seq }]
      return { ...state, primary: event.primary, former, nostr: undefined, proofs: [], seq }
    }
    case 'HandleEnded': {
      const { status, rotated_to } = event
      return { ...state, ended: { status, rotated_to }, seq }
    }
    case 'HandleBarred':
      return { ...state, barred: event.reason, seq }
    case 'HandleRestored':
      return { ...state, barred: undefined, seq }
    default:
      return event satisfies never
  }
}

/** @throws {PoisonEvent} when the primary is bound already */
export const evolvePrimary = (state: PrimaryState, event: PrimaryBound, seq: number): PrimaryState => {
  if (state.kind !== 'free') throw new PoisonEvent(`event ${seq} binds a primary a second time`)
  return { kind: 'bound', primary: event.primary, handle: event.handle, seq }
}
