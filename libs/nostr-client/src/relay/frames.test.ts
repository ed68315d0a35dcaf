import { expect, test } from 'vitest'
import { asksForAuth } from './frames.ts'

test('only a refusal for want of authentication asks for it', () => {
  expect(asksForAuth('auth-required: who are you?')).toBe(true)
  const others = ['restricted: the mailbox is full', 'blocked: no', 'error: auth-required', '']
  expect(others.filter(asksForAuth)).toEqual([])
})
