/**
 * Spreads addresses over a fixed number of subscriptions so that a newcomer changes one of them and nobody else's. Returns
 * which have changed, or undefined when the addresses do not fit.
 */
export const createAddressChunks = (chunks: number, perChunk: number) => {
  const members = Array.from({ length: chunks }, () => new Set<string>())
  const chunkOf = new Map<string, number>()

  const roomiest = (): number => {
    // One that is in use is filled up first.
    const used = members.findIndex((set) => set.size > 0 && set.size < perChunk)
    return used >= 0 ? used : members.findIndex((set) => set.size < perChunk)
  }

  return {
    members: (chunk: number): string[] => [...(members[chunk] ?? [])],
    update: (wanted: ReadonlySet<string>): number[] | undefined => {
      if (wanted.size > chunks * perChunk) return undefined
      const changed = new Set<number>()
      for (const [address, chunk] of chunkOf) {
        if (wanted.has(address)) continue
        chunkOf.delete(address)
        members[chunk]?.delete(address)
        changed.add(chunk)
      }
      for (const address of wanted) {
        if (chunkOf.has(address)) continue
        const chunk = roomiest()
        chunkOf.set(address, chunk)
        members[chunk]?.add(address)
        changed.add(chunk)
      }
      return [...changed]
    },
  }
}
