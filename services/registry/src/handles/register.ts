import {
  type DirectoryEntry,
  DomainError,
  Handle,
  type InviteHash,
  isHandleEvent,
  type Primary,
  primaryHex,
  type RegisterCommand,
  type RegistrationMode,
} from '@kez-chat/contracts'
import { type JetStream, PoisonEvent } from '@kez-chat/eventlog'
import type { CommandContext } from '@kez-chat/runtime'
import { z } from 'zod'
import { loadChainEnd } from '../chains/load.ts'
import type { Directory } from '../directory/directory.ts'
import { listingsOf, registrationEntry } from '../directory/entry.ts'
import { decideUse } from '../invites/decide.ts'
import { unknownInvite } from '../invites/evolve.ts'
import { loadInvite } from '../invites/load.ts'
import { appendDecided } from '../log/append-decided.ts'
import { loadHandle, loadPrimary } from '../log/load.ts'
import { subjectOf } from '../log/read-event.ts'
import type { Metrics } from '../metrics.ts'
import type { Settlement } from '../rotations/settle.ts'
import { decideRegistration, isSameRegistration } from './decide.ts'
import { evolveHandle, type HandleState } from './evolve.ts'
import { verify } from './verify.ts'

export type Registrar = {
  jetstream: JetStream
  directory: Directory
  settlement: Settlement
  metrics: Metrics
  server: string
  alsoReserved: readonly string[]
  /** Whether registering takes an invite code. */
  mode: RegistrationMode
}

const HandleInside = z.object({ payload: z.object({ handle: Handle }) })

/** What somebody could have passed when they first sent this envelope, but not any more. */
const passedOnce = new Set(['stale_timestamp', 'handle_reserved'])

/**
 * Registers a handle: checked, appended as one batch, and answered only when the directory holds it. The same envelope
 * again answers what it answered the first time, however late, with or without the code that it took then.
 */
export const createRegister =
  (registrar: Registrar) =>
  async ({ registration, invite }: RegisterCommand, { traceparent }: CommandContext): Promise<DirectoryEntry> => {
    const { jetstream, metrics, server, alsoReserved, mode } = registrar
    const code = mode === 'invite' ? invite : undefined
    try {
      const { handle, primary } = verify(registration, { now: Date.now(), server, alsoReserved })
      const command = { handle, primary, server, at: new Date().toISOString(), registration }
      const { state, appended } = await appendDecided(jetstream, metrics.appendSeconds, {
        load: async () => {
          const [handleState, primaryState, chainEnded, inviteState] = await Promise.all([
            loadHandle(jetstream, handle),
            loadPrimary(jetstream, primaryHex(primary)),
            hasEnded(jetstream, primary),
            code === undefined ? unknownInvite : loadInvite(jetstream, code.id),
          ])
          return { handleState, primaryState, chainEnded, inviteState }
        },
        decide: (current) => {
          const events = decideRegistration(command, current)
          if (events.length === 0 || mode === 'open') return events
          return [...events, decideUse(current.inviteState, needCode(code), { ...command, now: Date.now() })]
        },
        place: (event, { inviteState }) => ({
          subject: subjectOf(event),
          expectedSeq: event.type === 'InviteUsed' ? inviteState.seq : 0,
        }),
        traceparent,
      })
      const after = appended.reduce<HandleState>(
        (current, { event, seq }) => (isHandleEvent(event) ? evolveHandle(current, event, seq) : current),
        state.handleState,
      )
      return await finish(registrar, after, traceparent)
    } catch (error) {
      if (!(error instanceof DomainError && passedOnce.has(error.code))) throw error
      const first = await firstAnswer(registrar, registration, traceparent)
      if (!first) throw error
      return first
    }
  }

const needCode = (code: InviteHash | undefined): InviteHash => {
  if (code) return code
  throw new DomainError('invite_required', 'registering here takes an invite code')
}

/** Whether the sigchain of a key says that it is no longer anybody's. */
const hasEnded = async (jetstream: JetStream, primary: Primary): Promise<boolean> => {
  const { last } = await loadChainEnd(jetstream, { alg: 'ed25519', key: primaryHex(primary) })
  return last !== undefined && last.status !== 'active'
}

/** The chain may have ended while the handle was being bound, when nobody could see that it has one: so it is settled here. */
const finish = async (
  { jetstream, directory, settlement }: Registrar,
  state: HandleState,
  traceparent: string,
): Promise<DirectoryEntry> => {
  if (state.kind === 'free') throw new PoisonEvent('a registration left its handle free')
  await directory.write(listingsOf(state))
  const { handle, primary } = state.registered
  if (await hasEnded(jetstream, primary)) {
    await settlement.handle(handle, traceparent)
    throw new DomainError('identity_ended', 'this identity was rotated or revoked by its own sigchain')
  }
  return registrationEntry(state)
}

const firstAnswer = async (
  registrar: Registrar,
  registration: Record<string, unknown>,
  traceparent: string,
): Promise<DirectoryEntry | undefined> => {
  const found = HandleInside.safeParse(registration)
  if (!found.success) return undefined
  const state = await loadHandle(registrar.jetstream, found.data.payload.handle)
  return isSameRegistration(state, registration) ? finish(registrar, state, traceparent) : undefined
}
