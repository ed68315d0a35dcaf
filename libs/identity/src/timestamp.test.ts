import { describe, expect, it } from 'vitest'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'

describe('a timestamp', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.5Z', 500],
    ['2024-02-29T23:59:59.999Z', 1_709_251_199_999],
  ])('%s is unix millisecond %i', (text, ms) => {
    expect(parseTimestamp(text)).toBe(ms)
    expect(parseTimestamp(formatTimestamp(ms))).toBe(ms)
  })

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00+00:00',
    '2026-01-01t00:00:00z',
    '2026-01-01T00:00:00.0000Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00Z',
    '+02026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    '',
  ])('%j is refused', (text) => {
    expect(() => parseTimestamp(text)).toThrow(expect.objectContaining({ name: 'IdentityError', code: 'malformed' }))
  })
})
