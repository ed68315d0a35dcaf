/** A stream of 64-bit numbers, in two halves because JavaScript's own integers end at 53 bits. */
export interface Xoshiro {
  /** Makes the next output. */
  step(): void
  /** The top 32 bits of the last output. */
  high(): number
  /** The bottom 32 bits of the last output. */
  low(): number
}

const TWO_32 = 2 ** 32

/**
 * xoshiro256** (Blackman and Vigna, prng.di.unimi.it).
 * @param seed 32 bytes, four little-endian 64-bit numbers, not all zero
 */
export const createXoshiro = (seed: Uint8Array): Xoshiro => {
  const view = new DataView(seed.buffer, seed.byteOffset, 32)
  // In a typed array, where an engine keeps numbers above 2³¹ as they are: variables of a closure would be boxed.
  const s = Uint32Array.from({ length: 8 }, (_, i) => view.getUint32(i * 4, true))
  const output = new Uint32Array(2)
  const word = (i: number): number => s[i] ?? 0

  return {
    step: () => {
      const [l0, h0, l1, h1] = [word(0), word(1), word(2), word(3)]
      // result = rotl(s1 * 5, 7) * 9
      const low5 = l1 * 5
      const high5 = h1 * 5 + Math.floor(low5 / TWO_32)
      const low = ((low5 << 7) | (high5 >>> 25)) >>> 0
      const high = ((high5 << 7) | (low5 >>> 25)) >>> 0
      output[0] = low * 9
      output[1] = high * 9 + Math.floor((low * 9) / TWO_32)

      const [l2, h2, l3, h3] = [word(4) ^ l0, word(5) ^ h0, word(6) ^ l1, word(7) ^ h1]
      s[0] = l0 ^ l3
      s[1] = h0 ^ h3
      s[2] = l1 ^ l2
      s[3] = h1 ^ h2
      s[4] = l2 ^ (l1 << 17)
      s[5] = h2 ^ ((h1 << 17) | (l1 >>> 15))
      // rotl by 45 is rotl by 13 with the halves exchanged.
      s[6] = (h3 << 13) | (l3 >>> 19)
      s[7] = (l3 << 13) | (h3 >>> 19)
    },
    high: () => output[1] ?? 0,
    low: () => output[0] ?? 0,
  }
}
