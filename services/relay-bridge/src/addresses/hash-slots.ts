import { randomInt } from 'node:crypto'

const width = 32
const free = 0
const gone = 255

/** A number from 1 to 254 that belongs to a key. */
export type Mark = number

/**
 * A map from 32 bytes to a mark and 32 more bytes, in four flat arrays: about 100 bytes an entry, where a Map of strings
 * takes several times that. Open addressing with linear probing; where a key lies is unknown outside this process.
 */
export const createHashSlots = (initialCapacity = 1_024) => {
  const [first, second] = [randomInt(2 ** 31) * 2 + 1, randomInt(2 ** 31) * 2 + 1]
  let capacity = initialCapacity
  let marks = new Uint8Array(capacity)
  let keys = Buffer.alloc(capacity * width)
  let values = Buffer.alloc(capacity * width)
  let live = 0
  let used = 0

  const startOf = (key: Buffer): number =>
    ((Math.imul(key.readUInt32LE(0), first) ^ Math.imul(key.readUInt32LE(4), second)) >>> 0) % capacity

  /** The slot of a key, or of the first free one after where it would be. */
  const slotOf = (key: Buffer): number => {
    let slot = startOf(key)
    while (
      marks[slot] !== free &&
      (marks[slot] === gone || keys.compare(key, 0, width, slot * width, (slot + 1) * width))
    )
      slot = (slot + 1) % capacity
    return slot
  }

  const write = (slot: number, key: Buffer, mark: Mark, value: Buffer): void => {
    marks[slot] = mark
    key.copy(keys, slot * width)
    value.copy(values, slot * width)
  }

  const rebuild = (size: number): void => {
    const before = { marks, keys, values }
    capacity = size
    marks = new Uint8Array(capacity)
    keys = Buffer.alloc(capacity * width)
    values = Buffer.alloc(capacity * width)
    used = live
    for (const [slot, mark] of before.marks.entries()) {
      if (mark === free || mark === gone) continue
      const [from, to] = [slot * width, (slot + 1) * width]
      const key = before.keys.subarray(from, to)
      write(slotOf(key), key, mark, before.values.subarray(from, to))
    }
  }

  return {
    get size(): number {
      return live
    },
    /** Bytes of all arrays. */
    get bytes(): number {
      return capacity * (1 + 2 * width)
    },
    find: (key: Buffer): { mark: Mark; value: Buffer } | undefined => {
      const slot = slotOf(key)
      const mark = marks[slot]
      if (mark === undefined || mark === free) return undefined
      return { mark, value: values.subarray(slot * width, (slot + 1) * width) }
    },
    set: (key: Buffer, mark: Mark, value: Buffer): void => {
      if (used + 1 > capacity * 0.75) rebuild(live > capacity / 2 ? Math.ceil(capacity * 1.5) : capacity)
      const slot = slotOf(key)
      if (marks[slot] === free) {
        used += 1
        live += 1
      }
      write(slot, key, mark, value)
    },
    delete: (key: Buffer): boolean => {
      const slot = slotOf(key)
      if (marks[slot] === free) return false
      marks[slot] = gone
      live -= 1
      return true
    },
    *entries(): Generator<{ key: Buffer; mark: Mark; value: Buffer }> {
      for (let slot = 0; slot < capacity; slot++) {
        const mark = marks[slot]
        if (mark === undefined || mark === free || mark === gone) continue
        const [from, to] = [slot * width, (slot + 1) * width]
        yield { key: keys.subarray(from, to), mark, value: values.subarray(from, to) }
      }
    },
  }
}
