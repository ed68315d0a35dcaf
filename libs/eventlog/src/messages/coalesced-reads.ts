/** More reads are under way than the log should have to bear. */
export class TooManyReads extends Error {
  override readonly name = 'TooManyReads'
}

type Slot<T> = { running: Promise<T>; next: Promise<T> | undefined }

/**
 * Reads of the same key share one read, but never one that began before they asked: what was written before the question
 * is in the answer. So each key has at most one read under way and one waiting, however many ask.
 */
export const createCoalescedReads = <K extends string, T>(limit: number, read: (key: K) => Promise<T>) => {
  const slots = new Map<K, Slot<T>>()

  const start = (key: K): Promise<T> => {
    const running = read(key)
    const slot: Slot<T> = { running, next: undefined }
    slots.set(key, slot)
    const done = (): void => {
      if (slots.get(key) === slot && !slot.next) slots.delete(key)
    }
    running.then(done, done)
    return running
  }

  return async (key: K): Promise<T> => {
    const slot = slots.get(key)
    if (!slot) {
      if (slots.size >= limit) throw new TooManyReads(`more than ${limit} reads at once`)
      return start(key)
    }
    slot.next ??= slot.running.then(
      () => start(key),
      () => start(key),
    )
    return slot.next
  }
}
