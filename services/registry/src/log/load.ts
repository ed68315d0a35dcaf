import { type Handle, identitySubject, isHandleEvent, type PrimaryHex, streamName } from '@kez-chat/contracts'
import { type JetStream, loadSubject, PoisonEvent } from '@kez-chat/eventlog'
import {
  evolveHandle,
  evolvePrimary,
  freeHandle,
  freePrimary,
  type HandleState,
  type PrimaryState,
} from '../handles/evolve.ts'
import { readIdentityEvent } from './read-event.ts'

/** A handle as every acknowledged event has made it. */
export const loadHandle = async (jetstream: JetStream, handle: Handle): Promise<HandleState> => {
  let state = freeHandle
  for (const stored of await loadSubject(jetstream, streamName.identity, identitySubject.handle(handle))) {
    const event = readIdentityEvent(stored)
    if (!isHandleEvent(event)) throw new PoisonEvent(`event ${stored.seq} is not one of a handle`)
    state = evolveHandle(state, event, stored.seq)
  }
  return state
}

/** A primary as every acknowledged event has made it. */
export const loadPrimary = async (jetstream: JetStream, primary: PrimaryHex): Promise<PrimaryState> => {
  let state = freePrimary
  for (const stored of await loadSubject(jetstream, streamName.identity, identitySubject.primary(primary))) {
    const event = readIdentityEvent(stored)
    if (event.type !== 'PrimaryBound') throw new PoisonEvent(`event ${stored.seq} is not one of a primary`)
    state = evolvePrimary(state, event, stored.seq)
  }
  return state
}
