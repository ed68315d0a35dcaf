import { describe, expect, it } from 'vitest'
import { emojiAlone } from './emoji.ts'

describe('a message of emoji alone', () => {
  it.each([
    ['👋', 1],
    ['👋🏽', 1],
    ['❤️', 1],
    ['👨‍👩‍👧‍👦', 1],
    ['🏳️‍🌈', 1],
    ['🇩🇪🇫🇷', 2],
    ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', 1],
    ['5️⃣', 1],
    [' 😀 😀\n😀 ', 3],
    ['😀😀😀😀😀😀', 6],
  ])('%s is %d', (text, count) => {
    expect(emojiAlone(text)).toBe(count)
  })

  it.each(['', 'a', '42', '#1', '*', '👋 hi', '12 😀', '😀😀😀😀😀😀😀', '©', '😀'.repeat(10_000)])(
    '%s is none',
    (text) => {
      expect(emojiAlone(text)).toBe(0)
    },
  )
})
