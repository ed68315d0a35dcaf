import { describe, expect, it } from 'vitest'
import { folded } from './fold.ts'

describe('a long text', () => {
  it('that is not very long is shown whole', () => {
    expect(folded('short')).toBeUndefined()
    expect(folded('x'.repeat(1_250))).toBeUndefined()
    expect(folded('line\n'.repeat(18))).toBeUndefined()
  })

  it('is folded at a word', () => {
    const part = folded('seven letters '.repeat(1_000)) ?? ''
    expect(part.length).toBeLessThanOrEqual(1_000)
    expect(part.length).toBeGreaterThan(900)
    expect(part).toMatch(/(seven|letters)$/)
  })

  it('of many lines is folded to some', () => {
    expect(folded('line\n'.repeat(400))?.split('\n').length).toBeLessThanOrEqual(16)
  })

  it('without any space is folded, and no character is cut in two', () => {
    expect(folded('x'.repeat(5_000))).toHaveLength(1_000)
    const part = folded(`x${'😀'.repeat(5_000)}`) ?? ''
    expect(part.isWellFormed()).toBe(true)
    expect(part).not.toContain('\uFFFD')
  })

  it('of 60 KB of spaces costs nothing', () => {
    const begun = performance.now()
    folded(`a${' '.repeat(60_000)}b`)
    expect(performance.now() - begun).toBeLessThan(200)
  })
})
