/**
 * Who vouches for a subject: whoever holds a domain can put a claim into its DNS and onto its web server alike, so these are
 * one; every other subject stands for itself.
 */
const voucherOf = (subject: string): string => {
  const [, system = '', rest = ''] = /^([a-z0-9+.-]+):(.*)$/.exec(subject) ?? []
  if (system !== 'dns' && system !== 'web') return subject
  return `host:${rest.replace(/^https?:\/\//, '').replace(/[/:?#].*$/, '')}`
}

/** From so many independent proofs on a person counts as verified. */
export const INDEPENDENT_PROOFS = 2

/**
 * Whether the subjects of verified proofs make a person verified: two or more that do not depend on one another.
 * @param verified identifiers in their normal form, e.g. `github:alice`
 */
export const areIndependent = (verified: readonly string[]): boolean =>
  new Set(verified.map(voucherOf)).size >= INDEPENDENT_PROOFS
