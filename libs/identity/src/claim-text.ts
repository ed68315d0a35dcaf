import type { Claim } from './claim.ts'
import { encodeCompact, encodeDnsTxt, encodeJson, encodeMarkdown, formatTxtRecord } from './encode-proof.ts'
import { parseIdentifier } from './identifier.ts'

/** How a claim is written down; `dns` is the value of a TXT record as a zone file has it. */
export type ClaimEncoding = 'json' | 'compact' | 'markdown' | 'dns'

const BY_SYSTEM: ReadonlyMap<string, ClaimEncoding> = new Map([
  ['github', 'markdown'],
  ['dns', 'dns'],
  ['nostr', 'compact'],
  ['bluesky', 'compact'],
  ['ap', 'compact'],
])

/**
 * The encoding that fits the place where the claim of `subject` is published (protocol §1, proof places).
 * @throws IdentityError `malformed`
 */
export const claimEncodingOf = (subject: string): ClaimEncoding =>
  BY_SYSTEM.get(parseIdentifier(subject).system) ?? 'json'

/**
 * A claim as a text that ends with a line break.
 * @throws IdentityError `malformed`, `too_large`, `unavailable`
 */
export const encodeClaim: Readonly<Record<ClaimEncoding, (claim: Claim) => Promise<string>>> = {
  json: async (claim) => encodeJson(claim),
  compact: async (claim) => `${await encodeCompact(claim)}\n`,
  markdown: async (claim) => encodeMarkdown(claim),
  dns: async (claim) => `${formatTxtRecord(await encodeDnsTxt(claim))}\n`,
}
