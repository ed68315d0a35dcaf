import { createHash } from 'node:crypto'
import type { Bytes } from '@kez-chat/identity'

/** Chance that comes from a seed alone. */
export interface Chance {
  /** In [0, 1). */
  readonly random: () => number
  readonly happens: (share: number) => boolean
  readonly between: (least: number, most: number) => number
  readonly whole: (least: number, most: number) => number
  readonly pick: <T>(from: readonly [T, ...T[]]) => T
  readonly bytes: (length: number) => Bytes
  /** Chance of its own for something that has a name: what others draw does not move it. */
  readonly of: (name: string) => Chance
}

export const createChance = (seed: string): Chance => {
  const state = new Uint32Array(new Uint8Array(createHash('sha256').update(seed).digest()).buffer, 0, 4)

  // sfc32: small, fast, and good enough to decide what goes wrong.
  const next = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = state
    const sum = (((a + b) | 0) + d) | 0
    state[0] = b ^ (b >>> 9)
    state[1] = (c + (c << 3)) | 0
    state[2] = (((c << 21) | (c >>> 11)) + sum) | 0
    state[3] = (d + 1) | 0
    return sum >>> 0
  }
  const random = (): number => next() / 2 ** 32

  return {
    random,
    happens: (share) => random() < share,
    between: (least, most) => least + random() * (most - least),
    whole: (least, most) => least + Math.floor(random() * (most - least + 1)),
    pick: (from) => from[Math.floor(random() * from.length)] ?? from[0],
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
    of: (name) => createChance(`${seed}/${name}`),
  }
}
