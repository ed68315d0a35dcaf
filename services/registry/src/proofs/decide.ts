import { DomainError, type Handle, type HandleEvent, type Primary } from '@kez-chat/contracts'
import { normaliseIdentifier } from '@kez-chat/identity'
import type { HandleState } from '../handles/evolve.ts'
import { ownedBy } from '../handles/owned-by.ts'
import { asDomainError } from '../handles/verify.ts'

export type SetProofs = { handle: Handle; primary: Primary; proofs: readonly string[]; at: string }

/** A handle's history stays short enough to load with every command. */
export const maxProofLists = 128
/** A directory entry has room for a list of this many bytes. */
export const maxProofBytes = 16 * 1024

/** The subjects in their normal form, each once. @throws {DomainError} `invalid`, `malformed` */
const normalised = (subjects: readonly string[], primary: Primary): string[] => {
  const list = [...new Set(subjects.map((subject) => asDomainError(() => normaliseIdentifier(subject))))]
  if (list.includes(primary)) throw new DomainError('invalid', 'a key is no proof of itself')
  if (Buffer.byteLength(JSON.stringify(list)) > maxProofBytes)
    throw new DomainError('invalid', `all proofs together may take ${maxProofBytes} bytes`)
  return list
}

/** @throws {DomainError} `not_found`, `identity_ended`, `unauthorized`, `invalid`, `malformed` */
export const decideProofs = ({ handle, primary, proofs, at }: SetProofs, state: HandleState): HandleEvent[] => {
  const current = ownedBy(state, primary)
  const list = normalised(proofs, primary)
  if (JSON.stringify(current.proofs) === JSON.stringify(list)) return []
  if (current.proofLists >= maxProofLists)
    throw new DomainError('invalid', `the proofs were changed ${maxProofLists} times, which is the most there is`)
  return [{ type: 'ProofsSet', version: 1, handle, primary, proofs: list, at }]
}
