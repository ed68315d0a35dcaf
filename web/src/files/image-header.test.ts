import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gif, jpeg, png, webp, webpLossless, webpLossy } from '../../test/pictures.ts'
import { isShowable, readImage } from './image-header.ts'

describe('a picture by its first bytes', () => {
  it.each([
    ['a JPEG', jpeg({ width: 640, height: 480 }), { type: 'image/jpeg', width: 640, height: 480 }],
    [
      'a JPEG to be turned',
      jpeg({ width: 640, height: 480, orientation: 6 }),
      { type: 'image/jpeg', width: 480, height: 640 },
    ],
    ['a PNG', png({ width: 3, height: 70_000 }), { type: 'image/png', width: 3, height: 70_000 }],
    ['a GIF', gif({ width: 5, height: 6 }), { type: 'image/gif', width: 5, height: 6 }],
    [
      'a WebP with more about it',
      webp({ width: 300, height: 20_000 }),
      { type: 'image/webp', width: 300, height: 20_000 },
    ],
    ['a lossy WebP', webpLossy({ width: 17, height: 18 }), { type: 'image/webp', width: 17, height: 18 }],
    ['a lossless WebP', webpLossless({ width: 16_383, height: 2 }), { type: 'image/webp', width: 16_383, height: 2 }],
  ])('is %s', (_, bytes, expected) => {
    expect(readImage(bytes)).toEqual(expected)
  })

  it.each([
    ['HTML', new TextEncoder().encode('<!doctype html><script>alert(1)</script>')],
    ['SVG', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['nothing', new Uint8Array()],
    ['a JPEG without a frame', Uint8Array.of(0xff, 0xd8, 0xff, 0xd9, ...new Uint8Array(40))],
    ['a PNG without pixels', png({ width: 0, height: 5 })],
  ])('is none when it is %s, whatever it is called', (_, bytes) => {
    expect(readImage(bytes)).toBeUndefined()
  })

  it('is read without a fault, whatever the bytes are', () => {
    const starts = [jpeg({ width: 9, height: 9 }), png({ width: 9, height: 9 }), webp({ width: 9, height: 9 })]
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.nat(), fc.uint8Array({ maxLength: 60 }), (start, at, noise) => {
        const cut = at % start.length
        expect(() => readImage(Uint8Array.of(...start.subarray(0, cut), ...noise))).not.toThrow()
      }),
    )
  })

  it('is not decoded when a few bytes claim to be a square kilometre', () => {
    const bomb = readImage(png({ width: 30_000, height: 30_000 }))
    expect(bomb && isShowable(bomb)).toBe(false)
    expect([isShowable({ width: 20_000, height: 10 }), isShowable({ width: 4_000, height: 3_000 })]).toEqual([
      false,
      true,
    ])
  })
})
