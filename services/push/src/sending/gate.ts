/** How many pushes this process sends at once. */
export const sentAtOnce = 32
/** Most of them to one push service, so that there is always room for another. */
const perOrigin = 24
/** Most of them to push services that do not answer well, all together. */
const troubledTogether = 16

type Origin = { underWay: number; allowed: number }

const maxKnown = 1_000

/**
 * Room for pushes under way. Each push service may take what it can take: one that times out, breaks off or sends us away gets
 * half as much room each time, and one place more with each push that goes well. So a stalled one holds up nobody else.
 */
export const createGate = () => {
  const origins = new Map<string, Origin>()
  let underWay = 0

  const of = (name: string): Origin => {
    const known = origins.get(name)
    if (known) return known
    if (origins.size >= maxKnown)
      for (const [other, { underWay: busy }] of origins) if (busy === 0) origins.delete(other)
    const fresh = { underWay: 0, allowed: perOrigin }
    origins.set(name, fresh)
    return fresh
  }

  const troubled = (): number => {
    let sum = 0
    for (const origin of origins.values()) if (origin.allowed < perOrigin) sum += origin.underWay
    return sum
  }

  return {
    /** How many more pushes to this push service may be sent now. */
    free: (name: string): number => {
      const origin = of(name)
      const room = Math.min(sentAtOnce - underWay, origin.allowed - origin.underWay)
      return Math.max(0, origin.allowed < perOrigin ? Math.min(room, troubledTogether - troubled()) : room)
    },
    enter: (name: string): void => {
      of(name).underWay += 1
      underWay += 1
    },
    leave: (name: string, went: 'well' | 'badly'): void => {
      const origin = of(name)
      origin.underWay -= 1
      underWay -= 1
      origin.allowed =
        went === 'well' ? Math.min(perOrigin, origin.allowed + 1) : Math.max(1, Math.floor(origin.allowed / 2))
    },
    isIdle: (name: string): boolean => of(name).underWay === 0,
    get underWay(): number {
      return underWay
    },
  }
}
