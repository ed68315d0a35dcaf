import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEmoji } from './emoji.ts'

const emoji = ['👍', '👋🏽', '❤️', '👨‍👩‍👧‍👦', '👩🏽‍❤️‍💋‍👨🏻', '🏳️‍🌈', '🏴‍☠️', '🇩🇪', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '5️⃣', '🫨', '☀️']

describe('one emoji', () => {
  it.each(emoji)('is %s', (text) => {
    expect(isEmoji(text)).toBe(true)
  })

  it.each([
    '',
    'a',
    '5',
    '👍👍',
    '👍 ',
    ' 👍',
    '👍a',
    '©',
    '❤',
    '🏽',
    '🇩',
    '👍\u200d',
    '👨‍👩‍👧‍👦'.repeat(4),
    '\u200d',
    'é',
    '👍\u0301',
  ])('is not %j', (text) => {
    expect(isEmoji(text)).toBe(false)
  })

  it('is always a single grapheme cluster', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
    const part = fc.constantFrom(...emoji, '\u200d', '\ufe0f', '🏽', '\u20e3', '1', '🇫', '\u{e0067}', '\u{e007f}')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const text = parts.join('')
        if (isEmoji(text)) expect([...graphemes.segment(text)]).toHaveLength(1)
      }),
      { numRuns: 2_000 },
    )
  })
})
