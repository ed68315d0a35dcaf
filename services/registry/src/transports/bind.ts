import { type BindTransportCommand, type DirectoryEntry, DomainError } from '@kez-chat/contracts'
import { parsePrimary, verifyTransportBinding } from '@kez-chat/identity'
import type { CommandContext } from '@kez-chat/runtime'
import { currentEntry, listingsOf } from '../directory/entry.ts'
import { evolveHandle, type HandleState } from '../handles/evolve.ts'
import type { Registrar } from '../handles/register.ts'
import { asDomainError } from '../handles/verify.ts'
import { appendDecided } from '../log/append-decided.ts'
import { loadHandle } from '../log/load.ts'
import { subjectOf } from '../log/read-event.ts'
import { type BindTransport, decideTransport } from './decide.ts'

/** Binds a nostr key to a person and answers when the directory holds it; the same key again changes nothing. */
export const createBindTransport =
  ({ jetstream, directory, settlement, metrics, server }: Registrar) =>
  async (
    { handle, primary, nostr, proof }: BindTransportCommand,
    { traceparent }: CommandContext,
  ): Promise<DirectoryEntry> => {
    asDomainError(() => verifyTransportBinding({ nostr, proof }, parsePrimary(primary), server))
    await settlement.handle(handle, traceparent)
    const command: BindTransport = { handle, primary, nostr, proof, at: new Date().toISOString() }
    const { state, appended } = await appendDecided(jetstream, metrics.appendSeconds, {
      load: () => loadHandle(jetstream, handle),
      decide: (current) => decideTransport(command, current),
      place: (event, { seq }) => ({ subject: subjectOf(event), expectedSeq: seq }),
      traceparent,
    })
    const after = appended.reduce<HandleState>((current, { event, seq }) => evolveHandle(current, event, seq), state)
    if (after.kind === 'free') throw new DomainError('not_found', 'nobody has this handle')
    await directory.write(listingsOf(after))
    return currentEntry(after)
  }
