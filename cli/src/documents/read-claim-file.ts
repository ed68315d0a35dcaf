import { type Claim, parseProof, readClaim } from '@kez-chat/identity'
import { CliError, EXIT } from '../errors.ts'
import { readInput } from '../files/read-input.ts'
import type { Session } from '../session.ts'
import { isClaim } from './typed.ts'

/** The claim in a file of any encoding, its signature checked. */
export const readClaimFile = async (path: string, session: Session): Promise<Claim> => {
  const proof = await parseProof(await readInput(path, session.readStdin))
  if (proof.kind !== 'claim' || !isClaim(proof.envelope))
    throw new CliError(EXIT.usage, 'wrong_type', `${path} holds a sigchain, not a claim`)
  readClaim(proof.envelope)
  return proof.envelope
}
