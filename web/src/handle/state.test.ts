import { describe, expect, it } from 'vitest'
import { judgeSpelling } from './state.ts'

describe('a handle as it is typed', () => {
  it.each([
    ['', 'empty'],
    ['al', 'invalid'],
    ['_alice', 'invalid'],
    ['alice!', 'invalid'],
    ['a'.repeat(33), 'invalid'],
    ['admin', 'reserved'],
    ['alice', 'alice'],
    ['a-b_9', 'a-b_9'],
  ])('%s is judged %s before any server is asked', (text, verdict) => {
    expect(judgeSpelling(text)).toBe(verdict)
  })
})
