import { describe, expect, it } from 'vitest'
import { marksIn, parseQuery } from './match.ts'
import { fold } from './words.ts'

const found = (text: string, typed: string) =>
  marksIn(text, parseQuery(typed))?.map(({ at, length }) => text.slice(at, at + length))

describe('what is compared', () => {
  it.each([
    ['Straße', 'strasse'],
    ['Crème Brûlée', 'creme brulee'],
    ['İstanbul', 'istanbul'],
    ['ΣΊΣΥΦΟΣ', 'σισυφοσ'],
    ['ﬁne', 'fine'],
    ['שָׁלוֹם', 'שלום'],
    ['مُحَمَّد', 'محمد'],
    ['Ёлка', 'елка'],
  ])('%s is like %s', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })
})

describe('a text', () => {
  it.each([
    ['Are you coming on Saturday?', 'sat', ['Saturday']],
    ['Are you coming on Saturday?', 'sat com', ['coming', 'Saturday']],
    ['the tent, the cheese', 'the', ['the', 'the']],
    ['see https://example.org/maps', 'example', ['example']],
    ['see https://example.org/maps', 'example.org', ['example', 'org']],
    ["I don't", "don't", ['don', 't']],
    ['GRÜSSE aus Köln', 'grusse koln', ['GRÜSSE', 'Köln']],
    ['Crème', 'CRE', ['Crème']],
    ['明天去世界公园', '世界', ['世界']],
    ['明天去世界公园', '界', ['界']],
    ['한국어 공부', '한국', ['한국어']],
    ['version 10.5', '10', ['10']],
    ['👋 hello', 'hello', ['hello']],
  ])('%s is found by %s', (text, typed, marks) => {
    expect(found(text, typed)).toEqual(marks)
  })

  it.each([
    ['Are you coming on Saturday?', 'urday'],
    ['Are you coming on Saturday?', 'sat sunday'],
    ['界世', '世界'],
    ['anything', ''],
    ['anything', ' ?! '],
  ])('%s is not found by %s', (text, typed) => {
    expect(found(text, typed)).toBeUndefined()
  })
})
