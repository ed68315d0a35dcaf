import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Crop, mostZoom, moved, sideOf, squareOf, wholeCrop, zoomedTo } from './crop.ts'

const sizes = fc.record({ width: fc.integer({ min: 1, max: 4_000 }), height: fc.integer({ min: 1, max: 4_000 }) })
const part = fc.double({ min: 0, max: 1, noNaN: true })
const steps = fc.array(
  fc.oneof(
    fc.record({
      right: fc.double({ min: -3, max: 3, noNaN: true }),
      down: fc.double({ min: -3, max: 3, noNaN: true }),
    }),
    fc.record({ zoom: fc.double({ min: -1, max: 20, noNaN: true }), x: part, y: part }),
  ),
)

describe('the section of a picture', () => {
  it('is always a square within it, whatever is dragged and zoomed, and never of fewer than 64 px if it need not be', () => {
    fc.assert(
      fc.property(sizes, steps, (size, all) => {
        const crop = all.reduce<Crop>(
          (now, step) =>
            'zoom' in step ? zoomedTo(size, now, step.zoom, step) : moved(size, now, step.right, step.down),
          wholeCrop(size),
        )
        const { left, top, side } = squareOf(size, crop)
        const slack = 1e-6
        expect(side).toBeGreaterThanOrEqual(Math.min(64, size.width, size.height) - slack)
        expect(left).toBeGreaterThanOrEqual(-slack)
        expect(top).toBeGreaterThanOrEqual(-slack)
        expect(left + side).toBeLessThanOrEqual(size.width + slack)
        expect(top + side).toBeLessThanOrEqual(size.height + slack)
      }),
    )
  })

  it('begins with the middle, as large as fits', () => {
    expect(squareOf({ width: 300, height: 200 }, wholeCrop({ width: 300, height: 200 }))).toEqual({
      ...{ left: 50, top: 0, side: 200 },
    })
  })

  it('follows the finger: what is dragged to the right shows more of the left', () => {
    const size = { width: 300, height: 200 }
    expect(squareOf(size, moved(size, wholeCrop(size), 0.25, 0)).left).toBe(0)
    expect(squareOf(size, moved(size, wholeCrop(size), -0.1, 5))).toEqual({ left: 70, top: 0, side: 200 })
  })

  it('zooms about the place that is pointed at', () => {
    const size = { width: 400, height: 400 }
    const before = zoomedTo(size, wholeCrop(size), 2)
    const after = zoomedTo(size, before, 4, { x: 0.25, y: 0.75 })
    const placeAt = (crop: typeof before) => {
      const { left, top, side } = squareOf(size, crop)
      return [left + 0.25 * side, top + 0.75 * side]
    }
    expect(placeAt(after)).toEqual(placeAt(before))
    expect(sideOf(size, after)).toBe(100)
    expect(mostZoom(size)).toBe(6.25)
    expect(mostZoom({ width: 10, height: 400 })).toBe(1)
  })
})
