import { type DirectoryEntry, DomainError, type Handle, type HandleEvent } from '@kez-chat/contracts'
import { currentEntry, listingsOf } from '../directory/entry.ts'
import { appendDecided } from '../log/append-decided.ts'
import { loadHandle } from '../log/load.ts'
import { subjectOf } from '../log/read-event.ts'
import { evolveHandle, type HandleState } from './evolve.ts'
import type { Registrar } from './register.ts'

/**
 * Changes what belongs to a handle and answers when the directory holds it. The handle is settled first, so that the
 * decision is about the key that has it by the sigchains.
 */
export const changeHandle = async (
  { jetstream, directory, settlement, metrics }: Registrar,
  handle: Handle,
  decide: (state: HandleState) => HandleEvent[],
  traceparent: string,
): Promise<DirectoryEntry> => {
  await settlement.handle(handle, traceparent)
  const { state, appended } = await appendDecided<HandleState, HandleEvent>(jetstream, metrics.appendSeconds, {
    load: () => loadHandle(jetstream, handle),
    decide,
    place: (event, { seq }) => ({ subject: subjectOf(event), expectedSeq: seq }),
    traceparent,
  })
  const after = appended.reduce<HandleState>((current, { event, seq }) => evolveHandle(current, event, seq), state)
  if (after.kind === 'free') throw new DomainError('not_found', 'nobody has this handle')
  await directory.write(listingsOf(after))
  return currentEntry(after)
}
