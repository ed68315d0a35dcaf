/**
 * Who vouches for a subject: whoever holds a domain can put a claim into its DNS and onto its web server alike, so these are
 * one; every other subject stands for itself.
 */
const voucherOf = (subject: string): string => {
  const [, system = '', rest = ''] = /^([a-z0-9+.-]+):(.*)$/.exec(subject) ?? []
  if (system !== 'dns' && system !== 'web') return subject
  return `host:${rest.replace(/^https?:\/\//, '').replace(/[/:?#].*$/, '')}`
}

/** Whether two or more verified proofs do not depend on one another. */
export const areIndependent = (verified: readonly string[]): boolean => new Set(verified.map(voucherOf)).size >= 2
