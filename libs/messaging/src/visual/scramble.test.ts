import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newVisualKey, type Pixels, pixelOrder, scramble, unscramble } from './scramble.ts'
import { shrink } from './shrink.ts'

const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 })
      .map((data): Pixels => ({ width, height, data })),
  )

const words = ({ data }: Pixels): string[] =>
  Array.from({ length: data.length / 4 }, (_, i) => String(data.subarray(i * 4, i * 4 + 4)))

const opaque = (pixels: Pixels): string[] =>
  words({ ...pixels, data: pixels.data.map((byte, i) => (i % 4 === 3 ? 255 : byte)) })

describe('a scrambled picture', () => {
  it('comes back pixel for pixel, opaque, and has the same colours before', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const key = newVisualKey()
        const scrambled = scramble(picture, key)
        expect(words(scrambled).toSorted()).toEqual(opaque(picture).toSorted())
        expect(words(unscramble(scrambled, key))).toEqual(opaque(picture))
      }),
    )
  })

  it('is another one under another key or another salt', () => {
    const [one, two] = [newVisualKey(), newVisualKey()]
    const orders = [one, two, { ...one, salt: two.salt }].map((key) => String(pixelOrder(64, key)))
    expect(new Set(orders).size).toBe(3)
  })

  it('has every pixel at every place about as often', () => {
    const [side, rounds] = [8, 4_000]
    const counts = Array.from({ length: side }, () => new Array<number>(side).fill(0))
    for (let round = 0; round < rounds; round++) {
      for (const [at, from] of pixelOrder(side, newVisualKey()).entries()) {
        const row = counts[at]
        if (row) row[from] = (row[from] ?? 0) + 1
      }
    }
    // 500 each is expected; this is eight standard deviations.
    for (const count of counts.flat()) expect(Math.abs(count - rounds / side)).toBeLessThan(170)
  })

  it('is not made of a list of bytes that is no picture', () => {
    const code = expect.objectContaining({ code: 'malformed' })
    expect(() => scramble({ width: 2, height: 2, data: new Uint8Array(15) }, newVisualKey())).toThrow(code)
  })
})

describe('a smaller picture', () => {
  it('has the mean of what each pixel covers', () => {
    const rows = [0, 0, 100, 100].flatMap((value) => new Array<number>(4).fill(value))
    const data = Uint8Array.from(rows.flatMap((value) => [value, value, value, 255]))
    const pixelsOf = (side: number) =>
      [...shrink({ width: 4, height: 4, data }, side).data].filter((_, i) => i % 4 === 0)
    expect(pixelsOf(4)).toEqual(rows)
    expect(pixelsOf(2)).toEqual([0, 0, 100, 100])
    expect(pixelsOf(1)).toEqual([50])
    expect(pixelsOf(3)).toEqual([0, 0, 0, 50, 50, 50, 100, 100, 100])
  })

  it('of one colour has that colour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30 }), fc.nat(255), (to, more, value) => {
        const from = to + more
        const data = new Uint8Array(from * from * 4).fill(value)
        const { data: small } = shrink({ width: from, height: from, data }, to)
        expect([...new Set(small)]).toEqual([value])
      }),
    )
  })
})
