export type SeenIds = { has(id: string): boolean; add(id: string): void; readonly size: number }

/** The ids that were seen last, in two halves: when the newer one is full, the older one is forgotten. At most `most`. */
export const createSeenIds = (most: number): SeenIds => {
  const half = Math.ceil(most / 2)
  let newer = new Set<string>()
  let older = new Set<string>()
  return {
    has: (id) => newer.has(id) || older.has(id),
    add: (id) => {
      if (newer.size >= half) {
        older = newer
        newer = new Set()
      }
      newer.add(id)
    },
    get size() {
      return newer.size + older.size
    },
  }
}
