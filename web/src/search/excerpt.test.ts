import { describe, expect, it } from 'vitest'
import { excerpt } from './excerpt.ts'
import { marksIn, parseQuery } from './match.ts'

const shown = (text: string, typed: string): string =>
  excerpt(text, marksIn(text, parseQuery(typed)) ?? [])
    .map((part) => (part.marked ? `[${part.text}]` : part.text))
    .join('')

describe('an excerpt', () => {
  it('of a short text is all of it', () => {
    expect(shown('Are you coming on Saturday?', 'you sat')).toBe('Are [you] coming on [Saturday]?')
  })

  it('of a long text begins with a word before the first match', () => {
    const part = shown(`${'word '.repeat(100)}needle${' more'.repeat(100)}`, 'needle')
    expect(part).toMatch(/^…(word )+\[needle\]( more)+/)
    expect(part.length).toBeLessThan(170)
  })

  it('of one endless word still shows the match', () => {
    expect(shown(`${'x'.repeat(500)} needle`, 'needle')).toContain('[needle]')
  })

  it('has its lines in one, and no broken characters', () => {
    expect(shown('a\n\n  needle', 'needle')).toBe('a [needle]')
    expect(shown(`needle ${'😀'.repeat(300)}`, 'needle').isWellFormed()).toBe(true)
  })
})
