import type { Mark } from '../people/marks.ts'
import type { OwnClaim } from '../storage/claims.ts'

/** How it stands with one own claim. */
export type Standing = {
  readonly subject: string
  /** `unpublished`: signed here, and not yet found at its place. */
  readonly state: Mark['state'] | 'unpublished'
  readonly mark?: Mark
  /** What was signed on this device. */
  readonly claim?: OwnClaim
}

/** The own claims: what was signed here, and what the world is told. Unfinished ones come first. */
export const standingsOf = (signed: readonly OwnClaim[], marks: readonly Mark[]): Standing[] => {
  const told = new Map(marks.map((mark) => [mark.subject, mark]))
  const unfinished = signed
    .filter(({ subject }) => (told.get(subject)?.state ?? 'revoked') === 'revoked')
    .toSorted((a, b) => b.signedAt - a.signedAt)
  const open = new Set(unfinished.map(({ subject }) => subject))
  return [
    ...unfinished.map((claim): Standing => ({ subject: claim.subject, state: 'unpublished', claim })),
    ...marks.flatMap((mark): Standing[] => {
      if (open.has(mark.subject)) return []
      const claim = signed.find(({ subject }) => subject === mark.subject)
      return [{ subject: mark.subject, state: mark.state, mark, ...(claim ? { claim } : {}) }]
    }),
  ]
}
