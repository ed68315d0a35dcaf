import { DirectoryEntry } from '@kez-chat/contracts'
import type { HandleState } from '../handles/evolve.ts'

type Registered = Extract<HandleState, { kind: 'registered' }>

/** The directory entry of a person as of the last event. */
export const currentEntry = (state: Registered): DirectoryEntry =>
  DirectoryEntry.parse({
    ...registrationEntry(state),
    seq: state.seq,
    ...(state.nostr === undefined ? {} : { nostr: state.nostr }),
  })

/** The entry as the registration made it: what a registration answers, the first time and on every retry. */
export const registrationEntry = ({ registered, registeredSeq }: Registered): DirectoryEntry => ({
  handle: registered.handle,
  primary: registered.primary,
  server: registered.server,
  registered_at: registered.at,
  seq: registeredSeq,
  status: 'active',
})
