import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newPhrase, PHRASE_WORDS, phraseToSeed, seedToPhrase } from './recovery-phrase.ts'

const twelve = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const replaced = (position: number, word: string): string =>
  twelve
    .split(' ')
    .with(position - 1, word)
    .join(' ')

const failure = (phrase: string): unknown => {
  try {
    return phraseToSeed(phrase)
  } catch (error) {
    return error
  }
}

describe('a recovery phrase', () => {
  it('of 24 words is the seed itself, for every seed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        expect(phraseToSeed(seedToPhrase(seed))).toEqual(Uint8Array.from(seed))
      }),
      { numRuns: 50 },
    )
  })

  it('is new each time, of 12 or 24 words, and valid', () => {
    for (const count of [12, 24] as const) {
      expect(newPhrase(count).split(' ')).toHaveLength(count)
      expect(phraseToSeed(newPhrase(count))).toHaveLength(32)
      expect(newPhrase(count)).not.toBe(newPhrase(count))
    }
  })

  it('may be typed with capitals, commas and line breaks', () => {
    const typed = ` ${twelve.toUpperCase().replaceAll(' ', ',\n ')} `
    expect(phraseToSeed(typed)).toEqual(phraseToSeed(twelve))
  })

  it.each([
    [1, 'leagl', 'legal'],
    [3, 'thnak', 'thank'],
    [7, 'wort', 'worth'],
    [12, 'yelow', 'yellow'],
    [6, 'saus', 'sausage'],
  ])('names word %i, “%s”, as unknown and suggests “%s”', (position, typed, suggestion) => {
    expect(failure(replaced(position, typed))).toMatchObject({
      code: 'phrase_unknown_word',
      details: { position, suggestion },
      message: `word ${position} is not in the word list; did you mean “${suggestion}”?`,
    })
  })

  it('suggests nothing where nothing is close', () => {
    for (const word of ['qqqqqqqq', 'x'.repeat(200), '世界']) {
      const error = failure(replaced(2, word))
      expect(error).toMatchObject({ code: 'phrase_unknown_word', details: { position: 2 } })
      expect(error).not.toHaveProperty('details.suggestion')
    }
  })

  it('with two words swapped fails by its checksum', () => {
    const swapped = twelve.replace('legal winner', 'winner legal')
    expect(failure(swapped)).toMatchObject({ code: 'phrase_checksum' })
  })

  it.each([
    ['', 0],
    ['legal', 1],
    [`${twelve} legal`, 13],
    [twelve.split(' ').slice(1).join(' '), 11],
  ])('%j has the wrong number of words', (phrase, count) => {
    expect(failure(phrase)).toMatchObject({ code: 'phrase_word_count', details: { count } })
  })

  it('that never ends is refused unread', () => {
    expect(failure('legal '.repeat(1_000))).toMatchObject({ code: 'too_large' })
  })

  it('comes from the 2,048 words of BIP-39', () => {
    expect(PHRASE_WORDS).toHaveLength(2_048)
    expect(() => seedToPhrase(new Uint8Array(16))).toThrow(expect.objectContaining({ code: 'malformed' }))
  })
})
