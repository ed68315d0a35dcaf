/** A fixed number of places per key; whoever enters leaves by the function it got, which works once. */
export const createPlaces = (perKey: number) => {
  const taken = new Map<string, number>()
  return {
    enter: (key: string): (() => void) | undefined => {
      const count = taken.get(key) ?? 0
      if (count >= perKey) return undefined
      taken.set(key, count + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        const now = (taken.get(key) ?? 1) - 1
        if (now > 0) taken.set(key, now)
        else taken.delete(key)
      }
    },
    get size(): number {
      return taken.size
    },
  }
}
