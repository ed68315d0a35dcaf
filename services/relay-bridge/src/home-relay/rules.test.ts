import { expect, test } from 'vitest'
import { isSameRelay } from './rules.ts'

test.each([
  ['wss://example.org/relay', 'wss://example.org/relay/', true],
  ['wss://example.org/relay', 'wss://EXAMPLE.org:443/relay', true],
  ['wss://example.org/relay', 'ws://example.org/relay', true],
  ['wss://example.org/relay', 'wss://example.org/', false],
  ['wss://example.org/relay', 'wss://example.org.evil.test/relay', false],
  ['wss://example.org/relay', 'wss://example.org:444/relay', false],
  ['wss://example.org/relay', 'wss://user@example.org/relay', false],
  ['wss://example.org/relay', 'nothing', false],
  ['wss://example.org/relay', 'ws://localhost/relay', false],
  ['ws://localhost:6969/relay', 'ws://127.0.0.1:6969/relay', true],
  ['ws://localhost:6969/relay', 'ws://[::1]:7000/relay', true],
  ['ws://localhost:6969/relay', 'ws://localhost.evil.test/relay', false],
])('to the relay %s, %s is the same: %s', (own, text, same) => {
  expect(isSameRelay(text, own)).toBe(same)
})
