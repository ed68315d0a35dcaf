import { DirectoryEntry, directoryKey, type PrimaryHex, primaryHex } from '@kez-chat/contracts'
import type { RegisteredHandle } from '../handles/evolve.ts'

/** An entry and the key under which it is put. */
export type Listing = { key: string; entry: DirectoryEntry }

/** The entry as the registration made it: what a registration answers, the first time and on every retry. */
export const registrationEntry = ({ registered, registeredSeq }: RegisteredHandle): DirectoryEntry => ({
  handle: registered.handle,
  primary: registered.primary,
  server: registered.server,
  registered_at: registered.at,
  seq: registeredSeq,
  status: 'active',
})

/** An inbox stays under the key of the handle's first primary. */
const inboxOf = ({ registered, former }: RegisteredHandle): { inbox?: PrimaryHex } =>
  former.length === 0 ? {} : { inbox: primaryHex(registered.primary) }

/** The directory entry of a person as of the last event. */
export const currentEntry = (state: RegisteredHandle): DirectoryEntry =>
  DirectoryEntry.parse({
    ...registrationEntry(state),
    ...inboxOf(state),
    primary: state.primary,
    seq: state.seq,
    ...(state.nostr === undefined ? {} : { nostr: state.nostr }),
    ...(state.proofs.length === 0 ? {} : { proofs: state.proofs }),
    ...(state.barred === undefined ? {} : { status: 'barred' }),
    ...state.ended,
  })

/** All that the directory holds of a person: the current entry twice, and one for each key that was rotated. */
export const listingsOf = (state: RegisteredHandle): Listing[] => {
  const current = currentEntry(state)
  return [
    { key: directoryKey.handle(current.handle), entry: current },
    { key: directoryKey.primary(primaryHex(current.primary)), entry: current },
    ...state.former.map(({ primary, to, seq }) => ({
      key: directoryKey.primary(primaryHex(primary)),
      entry: DirectoryEntry.parse({
        ...registrationEntry(state),
        ...inboxOf(state),
        primary,
        seq,
        status: 'rotated',
        rotated_to: to,
      }),
    })),
  ]
}
