import { describe, expect, it } from 'vitest'
import { reasonWords } from './reason.ts'

describe('a reason', () => {
  it.each([
    ['mailbox_full', 'Their mailbox is full.'],
    ['the home server was not reached', 'It was not reached.'],
    ['no answer in time', 'It gave no answer in time.'],
    [
      'rate-limited: slow down there chief',
      'It asks to wait: too much was sent to it. It says: “slow down there chief”',
    ],
    ['restricted:', 'It takes only from people it knows.'],
    ['invalid: created_at: too far off', 'It says: “invalid: created_at: too far off”'],
    ['a_code_of_tomorrow', 'It says: “a_code_of_tomorrow”'],
    ['no home server is known', 'No way to this person is known.'],
  ])('%s is told in plain words, or quoted', (reason, words) => {
    expect(reasonWords(reason)).toBe(words)
  })

  it('of several relays is told once for those that say the same', () => {
    expect(reasonWords('not connected; connection closed; blocked: spam')).toBe(
      'It was not reached. It blocks this. It says: “spam”',
    )
  })

  it('that is not given is nothing', () => {
    expect(reasonWords(undefined)).toBe('')
  })
})
