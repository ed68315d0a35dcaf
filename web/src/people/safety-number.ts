import { type PrimaryId, utf8 } from '@kez-chat/identity'
import { sha256 } from '@noble/hashes/sha2.js'

const groups = 6

/**
 * A short number that is the same on both sides exactly when each has the key of the other: two people read it to one
 * another. Six groups of five digits from SHA-256 of both keys in order, five bytes a group: about 100 bits.
 */
export const safetyNumber = (one: PrimaryId, other: PrimaryId): string[] => {
  const hash = sha256(utf8(`kez-safety-number-v1\n${[one, other].sort().join('\n')}`))
  return Array.from({ length: groups }, (_, n) => {
    const value = hash.subarray(n * 5, n * 5 + 5).reduce((sum, byte) => sum * 256 + byte, 0)
    return String(value % 100_000).padStart(5, '0')
  })
}
