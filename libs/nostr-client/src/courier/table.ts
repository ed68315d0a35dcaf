import type { RecordStore } from '../records.ts'

/** What a schema must do: zod's fit. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error }
}

/** Records in memory, each change written to a store in order. */
export interface Table<T> {
  load(): Promise<void>
  get(key: string): T | undefined
  values(): IterableIterator<T>
  readonly size: number
  /** Resolves when the store has it. */
  put(key: string, record: T): Promise<void>
  delete(key: string): Promise<void>
}

/** @param onBroken a record that is none, with its key; it is left out and stays in the store */
export const createTable = <T>(
  store: RecordStore,
  schema: Schema<T>,
  onBroken: (key: string, error: Error) => void,
): Table<T> => {
  const records = new Map<string, T>()
  let writing: Promise<unknown> = Promise.resolve()

  const write = (work: () => Promise<void>): Promise<void> => {
    const done = writing.then(work)
    writing = done.catch(() => undefined)
    return done
  }

  return {
    load: async () => {
      for (const [key, value] of await store.entries()) {
        const parsed = schema.safeParse(value)
        if (parsed.success) records.set(key, parsed.data)
        else onBroken(key, parsed.error)
      }
    },
    get: (key) => records.get(key),
    values: () => records.values(),
    get size() {
      return records.size
    },
    put: (key, record) => {
      records.set(key, record)
      return write(() => store.put(key, record))
    },
    delete: (key) => {
      records.delete(key)
      return write(() => store.delete(key))
    },
  }
}
