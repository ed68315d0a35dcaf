import { fromHex, toHex } from '@kez-chat/identity'

/** Which of `n` parts something is true of. */
export type Marks = {
  has(i: number): boolean
  add(i: number): void
  readonly size: number
  /** A bit for each, the first in the lowest of the first byte, as hex. */
  toHex(): string
}

/** Marks from their hex; none where it does not fit. */
export const createMarks = (n: number, hex = ''): Marks => {
  const length = Math.ceil(n / 8)
  const bytes = hex.length === length * 2 ? fromHex(hex, length) : new Uint8Array(length)
  const has = (i: number): boolean => ((bytes[i >> 3] ?? 0) & (1 << (i & 7))) !== 0
  let size = Array.from({ length: n }, (_, i) => i).filter(has).length
  return {
    has,
    add: (i) => {
      if (i < 0 || i >= n || has(i)) return
      bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
      size++
    },
    get size() {
      return size
    },
    toHex: () => toHex(bytes),
  }
}
