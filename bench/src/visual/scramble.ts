import { randomFillSync } from 'node:crypto'
import { newVisualKey, scramble, unscramble } from '@kez-chat/messaging/visual'
import type { Bench, Figures } from '../frame/bench.ts'

const SIDE = 112
const ROUNDS = 100

/** The same exchange of pixels, by the platform's own random numbers and without a way back. */
const shuffle = (data: Uint8Array): void => {
  const pixels = new Uint32Array(Uint8Array.from(data).buffer)
  for (let i = pixels.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const moved = pixels[i] ?? 0
    pixels[i] = pixels[j] ?? 0
    pixels[j] = moved
  }
}

const millisecondsEach = (work: () => void): Figures => {
  const begin = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round++) work()
  const { user, system } = process.cpuUsage(begin)
  return { main: (user + system) / 1_000 / ROUNDS }
}

/** Pictures of the largest published size, scrambled and put in order again. */
export const visualScramble: Bench = {
  name: 'visual-scramble',
  describe: `milliseconds of CPU time to scramble a picture of ${SIDE} × ${SIDE} pixels, vs a bare shuffle of them by Math.random; unscramble: the way back; the promise is less than 30 ms`,
  unit: 'ms',
  better: 'lower',
  bar: 8,
  pairs: 11,
  prepare: async () => {
    const picture = { width: SIDE, height: SIDE, data: randomFillSync(new Uint8Array(SIDE * SIDE * 4)) }
    const keys = Array.from({ length: ROUNDS }, newVisualKey)
    let at = 0
    const key = () => keys[at++ % ROUNDS] ?? newVisualKey()
    for (let warm = 0; warm < ROUNDS; warm++) scramble(picture, key())
    return {
      bare: async () => millisecondsEach(() => shuffle(picture.data)),
      ours: async () => ({
        ...millisecondsEach(() => void scramble(picture, key())),
        unscramble: millisecondsEach(() => void unscramble(picture, key())).main,
      }),
      stop: async () => {},
    }
  },
}
