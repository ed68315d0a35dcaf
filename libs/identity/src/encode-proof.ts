import type { SigchainEvent } from './chain-append.ts'
import type { Claim } from './claim.ts'
import { COMPACT_PREFIXES, MAX_PROOF_BYTES, toCompact } from './compact.ts'
import { IdentityError } from './errors.ts'
import { jcs } from './jcs.ts'
import type { JsonRecord } from './record.ts'

const TXT_SEGMENT = 255

/** A claim as JSON for people to look at: what goes to `/.well-known/kez.json`. */
export const encodeJson = (claim: Claim): string => `${JSON.stringify(claim, null, 2)}\n`

/**
 * A claim as one word, `kez:z1:…`, for places where room is short.
 * @throws IdentityError `malformed`, `too_large`, `unavailable`
 */
export const encodeCompact = (claim: Claim): Promise<string> => toCompact(COMPACT_PREFIXES.document, jcs(claim))

/** A claim as Markdown: what goes into a gist `kez.md` or a README. */
export const encodeMarkdown = (claim: Claim): string => {
  const { subject, primary } = claim.payload
  return `I am \`${subject}\`, and my KEZ identity is \`${primary}\`. The proof:\n\n\`\`\`kez\n${encodeJson(claim)}\`\`\`\n`
}

/**
 * A claim as the segments of a TXT record at `_kez.<domain>`: its compact text, cut to what one segment holds.
 * @throws IdentityError `malformed`, `too_large`, `unavailable`
 */
export const encodeDnsTxt = async (claim: Claim): Promise<string[]> => {
  const compact = await encodeCompact(claim)
  const segments = Array.from({ length: Math.ceil(compact.length / TXT_SEGMENT) }, (_, i) => i * TXT_SEGMENT)
  return segments.map((from) => compact.slice(from, from + TXT_SEGMENT))
}

/** TXT segments as a zone file has them: quoted, one after the other. They hold nothing that needs an escape. */
export const formatTxtRecord = (segments: readonly string[]): string =>
  segments.map((segment) => `"${segment}"`).join(' ')

/**
 * A chain as JSONL: one event a line, each in its canonical form.
 * @throws IdentityError `malformed`, `too_large`
 */
export const encodeJsonl = (events: readonly (SigchainEvent | JsonRecord)[]): string => {
  const text = events.map((event) => `${jcs(event)}\n`).join('')
  if (text.length > MAX_PROOF_BYTES) {
    throw new IdentityError('too_large', `the content is longer than ${MAX_PROOF_BYTES} bytes`)
  }
  return text
}

/**
 * A chain as one word, `kez:zc1:…`.
 * @throws IdentityError `malformed`, `too_large`, `unavailable`
 */
export const encodeCompactChain = async (events: readonly (SigchainEvent | JsonRecord)[]): Promise<string> =>
  toCompact(COMPACT_PREFIXES.chain, encodeJsonl(events))
