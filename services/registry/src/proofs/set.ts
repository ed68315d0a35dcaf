import type { DirectoryEntry, SetProofsCommand } from '@kez-chat/contracts'
import type { CommandContext } from '@kez-chat/runtime'
import { changeHandle } from '../handles/change.ts'
import type { Registrar } from '../handles/register.ts'
import type { ProofChecker } from './checker.ts'
import { decideProofs } from './decide.ts'

/** Sets the list of proofs and answers when the directory holds it; they are looked for afterwards, in the background. */
export const createSetProofs =
  (registrar: Registrar, checker: ProofChecker) =>
  async ({ handle, primary, proofs }: SetProofsCommand, { traceparent }: CommandContext): Promise<DirectoryEntry> => {
    const command = { handle, primary, proofs, at: new Date().toISOString() }
    const entry = await changeHandle(registrar, handle, (state) => decideProofs(command, state), traceparent)
    checker.ask(handle, true)
    return entry
  }
