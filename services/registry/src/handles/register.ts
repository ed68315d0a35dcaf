import { type DirectoryEntry, DomainError, Handle, primaryHex, type RegisterCommand } from '@kez-chat/contracts'
import { type JetStream, PoisonEvent } from '@kez-chat/eventlog'
import type { CommandContext } from '@kez-chat/runtime'
import { z } from 'zod'
import type { Directory } from '../directory/directory.ts'
import { currentEntry, registrationEntry } from '../directory/entry.ts'
import { appendDecided } from '../log/append-decided.ts'
import { loadHandle, loadPrimary } from '../log/load.ts'
import { subjectOf } from '../log/read-event.ts'
import type { Metrics } from '../metrics.ts'
import { decideRegistration, isSameRegistration } from './decide.ts'
import { evolveHandle, type HandleState } from './evolve.ts'
import { verify } from './verify.ts'

export type Registrar = {
  jetstream: JetStream
  directory: Directory
  metrics: Metrics
  server: string
  alsoReserved: readonly string[]
}

const HandleInside = z.object({ payload: z.object({ handle: Handle }) })

/** What somebody could have passed when they first sent this envelope, but not any more. */
const passedOnce = new Set(['stale_timestamp', 'handle_reserved'])

/**
 * Registers a handle: checked, appended as one batch, and answered only when the directory holds it. The same envelope
 * again answers what it answered the first time, however late.
 */
export const createRegister =
  (registrar: Registrar) =>
  async ({ registration }: RegisterCommand, { traceparent }: CommandContext): Promise<DirectoryEntry> => {
    const { jetstream, directory, metrics, server, alsoReserved } = registrar
    try {
      const { handle, primary } = verify(registration, { now: Date.now(), server, alsoReserved })
      const command = { handle, primary, server, at: new Date().toISOString(), registration }
      const { state, appended } = await appendDecided(jetstream, metrics.appendSeconds, {
        load: async () => {
          const [handleState, primaryState] = await Promise.all([
            loadHandle(jetstream, handle),
            loadPrimary(jetstream, primaryHex(primary)),
          ])
          return { handleState, primaryState }
        },
        decide: ({ handleState, primaryState }) => decideRegistration(command, handleState, primaryState),
        place: (event) => ({ subject: subjectOf(event), expectedSeq: 0 }),
        traceparent,
      })
      const after = appended.reduce(
        (current, { event, seq }) => (event.type === 'PrimaryBound' ? current : evolveHandle(current, event, seq)),
        state.handleState,
      )
      return await finish(directory, after)
    } catch (error) {
      if (!(error instanceof DomainError && passedOnce.has(error.code))) throw error
      const first = await firstAnswer(registrar, registration)
      if (!first) throw error
      return first
    }
  }

const finish = async (directory: Directory, state: HandleState): Promise<DirectoryEntry> => {
  if (state.kind === 'free') throw new PoisonEvent('a registration left its handle free')
  await directory.write(currentEntry(state))
  return registrationEntry(state)
}

const firstAnswer = async (
  { jetstream, directory }: Registrar,
  registration: Record<string, unknown>,
): Promise<DirectoryEntry | undefined> => {
  const found = HandleInside.safeParse(registration)
  if (!found.success) return undefined
  const state = await loadHandle(jetstream, found.data.payload.handle)
  return isSameRegistration(state, registration) ? finish(directory, state) : undefined
}
