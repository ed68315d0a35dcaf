/**
 * Where records are kept across restarts: a table of IndexedDB, a file, or memory. Values are plain JSON. What comes
 * back is checked, so that a store may be older than the program. Some hold keys and envelopes: encrypt at rest.
 */
export interface RecordStore {
  entries(): Promise<readonly (readonly [key: string, value: unknown])[]>
  /** Resolves when the record survives the end of the process. */
  put(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

/** A store for as long as the process lives: for tools and tests. */
export const createMemoryStore = (): RecordStore => {
  // As text, so that nothing is shared with whoever put it and only JSON survives.
  const records = new Map<string, string>()
  return {
    entries: async () => [...records].map(([key, text]) => [key, JSON.parse(text) as unknown] as const),
    put: async (key, value) => void records.set(key, JSON.stringify(value)),
    delete: async (key) => void records.delete(key),
  }
}
