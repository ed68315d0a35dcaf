import type { BindTransportCommand, DirectoryEntry } from '@kez-chat/contracts'
import { parsePrimary, verifyTransportBinding } from '@kez-chat/identity'
import type { CommandContext } from '@kez-chat/runtime'
import { changeHandle } from '../handles/change.ts'
import type { Registrar } from '../handles/register.ts'
import { asDomainError } from '../handles/verify.ts'
import { decideTransport } from './decide.ts'

/** Binds a nostr key to a person and answers when the directory holds it; the same key again changes nothing. */
export const createBindTransport =
  (registrar: Registrar) =>
  async (
    { handle, primary, nostr, proof }: BindTransportCommand,
    { traceparent }: CommandContext,
  ): Promise<DirectoryEntry> => {
    asDomainError(() => verifyTransportBinding({ nostr, proof }, parsePrimary(primary), registrar.server))
    const command = { handle, primary, nostr, proof, at: new Date().toISOString() }
    return changeHandle(registrar, handle, (state) => decideTransport(command, state), traceparent)
  }
