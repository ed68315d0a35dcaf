import { concat } from '@kez-chat/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pad, paddedSize, unpad } from './padding.ts'

const bad = expect.objectContaining({ name: 'MessageError', code: 'bad_padding' })

describe('padding', () => {
  it('comes off as it went on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000, size: 'max' }), (plaintext) => {
        const padded = pad(plaintext)
        expect(padded).toHaveLength(paddedSize(plaintext.length + 4))
        expect(unpad(padded)).toEqual(plaintext)
      }),
    )
  })

  it('adds at most 12 % above the smallest size and never shrinks', () => {
    let last = 0
    for (let length = 257; length < 300_000; length += 97) {
      const size = paddedSize(length)
      expect(size).toBeGreaterThanOrEqual(Math.max(length, last))
      expect(size).toBeLessThan(length * 1.12)
      last = size
    }
  })

  it('is refused unless zero, of its own size and within the bytes', () => {
    const padded = pad(Uint8Array.of(1, 2, 3))
    expect(() => unpad(padded.with(255, 1))).toThrow(bad)
    expect(() => unpad(padded.with(7, 1))).toThrow(bad)
    expect(() => unpad(concat(padded, new Uint8Array(16)))).toThrow(bad)
    expect(() => unpad(padded.subarray(0, 255))).toThrow(bad)
    expect(() => unpad(padded.with(0, 255))).toThrow(bad)
    expect(() => unpad(padded.with(2, 1))).toThrow(bad)
    expect(() => unpad(new Uint8Array())).toThrow(bad)
  })
})
