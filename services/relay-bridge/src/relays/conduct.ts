/** What a relay can do wrong. */
export type Offence = 'junk' | 'unasked' | 'forged' | 'oversized' | 'flood'

/**
 * Points; one is forgiven each second. What is oversized may be a stranger's event that an honest relay serves each time it
 * is asked, so losing the connection to it, for a while that grows, is nearly all.
 */
const points: Record<Offence, number> = { junk: 5, unasked: 1, forged: 25, oversized: 10, flood: 4 }
const tolerated = 100

/** Counts what a relay does wrong. `report` returns true when it is too much. */
export const createConduct = (now: () => number = () => performance.now()) => {
  let sum = 0
  let at = now()
  return {
    report: (offence: Offence): boolean => {
      const time = now()
      sum = Math.max(0, sum - (time - at) / 1_000) + points[offence]
      at = time
      return sum >= tolerated
    },
  }
}
export type Conduct = ReturnType<typeof createConduct>
