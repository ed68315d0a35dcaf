import { fromHex, primaryOf, toHex } from '../../libs/identity/src/index.ts'
import { messagingKeyFromSeed } from '../../libs/messaging/src/index.ts'
import { pixelOrder, scramble, unscramble, visualTag } from '../../libs/messaging/src/visual/index.ts'
import { visualStream } from '../../libs/messaging/src/visual/scramble.ts'
import visual from '../../vectors/visual.json' with { type: 'json' }
import named from '../../vectors/visual-tag.json' with { type: 'json' }
import { same, type VectorCheck } from './check.ts'

const key = { key: visual.key, salt: visual.salt }
const hex = (word: number): string => word.toString(16).padStart(8, '0')

const littleEndian = (order: Uint32Array): ArrayBuffer => {
  const view = new DataView(new ArrayBuffer(order.length * 4))
  for (const [i, place] of order.entries()) view.setUint32(i * 4, place, true)
  return view.buffer
}

/** A picture whose pixel n has the colour n. */
const numbered = (side: number) => {
  const data = new Uint8Array(side * side * 4)
  for (let n = 0; n < side * side; n++) data.set([n >> 16, (n >> 8) & 255, n & 255, 255], n * 4)
  return { width: side, height: side, data }
}

const numbers = ({ data }: { data: Uint8Array }): number[] =>
  Array.from({ length: data.length / 4 }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(i * 4, i * 4 + 3)
    return (red << 16) | (green << 8) | blue
  })

/** visual.json and visual-tag.json, through the public functions. */
export const visualChecks: VectorCheck[] = [
  {
    name: 'the random numbers of a scrambled picture are as published',
    run: () => {
      const stream = visualStream(key)
      for (const output of visual.first_outputs_hex) {
        stream.step()
        same(hex(stream.high()) + hex(stream.low()), output)
      }
      same(visual.first_outputs_hex.length, 5)
    },
  },
  {
    name: 'sixteen pixels change places as published',
    run: () => {
      same(String(pixelOrder(16, key)), String(visual.permutation_16))
      same(String(numbers(scramble(numbered(4), key))), String(visual.permutation_16))
    },
  },
  {
    name: 'the pixels of the largest picture change places as published',
    run: async () => {
      const hash = await crypto.subtle.digest('SHA-256', littleEndian(pixelOrder(112 * 112, key)))
      same(toHex(new Uint8Array(hash)), visual.permutation_12544_sha256_of_u32le)
    },
  },
  {
    name: 'a scrambled picture of any published size comes back pixel for pixel',
    run: () => {
      for (const side of [112, 96, 80, 64]) {
        same(String(unscramble(scramble(numbered(side), key), key).data), String(numbered(side).data))
      }
    },
  },
  {
    name: 'a wrap stands under the published tag',
    run: () => {
      const owner = messagingKeyFromSeed(fromHex(named.owner_seed, 32))
      same(visualTag(owner, primaryOf(fromHex(named.contact_public_key, 32)), named.salt), named.tag)
    },
  },
]
