import { MAX_PROOF_BYTES } from './compact.ts'
import { IdentityError } from './errors.ts'
import { decodeUtf8 } from './json.ts'
import { candidates } from './proof-candidates.ts'
import type { Proof } from './proof-document.ts'

/** How many pieces of one text are looked at. */
const MAX_CANDIDATES = 16

/** What was found in a text: the proofs, and why other pieces that look like one cannot be read. */
export interface FoundProofs {
  readonly proofs: readonly Proof[]
  readonly refused: readonly IdentityError[]
}

/** A text, its bytes, or the segments of one DNS TXT record. */
export type ProofSource = string | Uint8Array | readonly string[]

const textOf = (source: ProofSource): string => {
  const given = typeof source === 'string' || source instanceof Uint8Array ? source : source.join('')
  const tooLarge =
    given.length > MAX_PROOF_BYTES ||
    (typeof given === 'string' &&
      given.length * 3 > MAX_PROOF_BYTES &&
      new TextEncoder().encode(given).length > MAX_PROOF_BYTES)
  if (tooLarge) throw new IdentityError('too_large', `a proof is at most ${MAX_PROOF_BYTES} bytes long`)
  return typeof given === 'string' ? given : decodeUtf8(given)
}

/**
 * Every proof in a text, whatever its encoding (protocol §1): JSON, JSONL, compact texts and fences marked `kez`
 * anywhere in prose, TXT segments. The first 16 pieces that look like a proof are read, each within 1 MiB.
 * @throws IdentityError `too_large`, `malformed` (not UTF-8), `unavailable` (compact texts cannot be read here)
 */
export const findProofs = async (source: ProofSource): Promise<FoundProofs> => {
  const proofs: Proof[] = []
  const refused: IdentityError[] = []
  for (const candidate of candidates(textOf(source)).slice(0, MAX_CANDIDATES)) {
    try {
      proofs.push(...(await candidate()))
    } catch (error) {
      if (!(error instanceof IdentityError) || error.code === 'unavailable') throw error
      refused.push(error)
    }
  }
  return { proofs, refused }
}

/**
 * The one proof in a text of any encoding. It is read, not verified.
 * @throws IdentityError `too_large`, `malformed`, `wrong_type`, `unavailable`
 */
export const parseProof = async (source: ProofSource): Promise<Proof> => {
  const { proofs, refused } = await findProofs(source)
  const [proof] = proofs
  if (proof === undefined)
    throw refused[0] ?? new IdentityError('malformed', 'there is no claim and no sigchain in this')
  if (proofs.length > 1) throw new IdentityError('malformed', `there are ${proofs.length} proofs in this, not one`)
  return proof
}
