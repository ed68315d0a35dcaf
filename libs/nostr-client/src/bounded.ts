/** A map that forgets what was put longest ago once it holds `most` entries. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  has(key: string): boolean
  /** Puts, as the youngest. */
  set(key: string, value: V): void
  delete(key: string): void
  readonly size: number
}

export const createBoundedMap = <V>(most: number): BoundedMap<V> => {
  const entries = new Map<string, V>()
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set: (key, value) => {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= most) return
      for (const oldest of entries.keys()) {
        entries.delete(oldest)
        return
      }
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size
    },
  }
}
