import { expect, it } from 'vitest'
import { wantsWake } from './wants-wake.ts'

const record = {
  id: 'ab'.repeat(32),
  received_at: '2026-01-01T00:00:00.000Z',
  via: 'home',
  wake: true,
  envelope: { v: 2 },
}
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

it.each([
  ['a message', record, true],
  ['an ack', { ...record, wake: false }, false],
  ['fields in another order', Object.fromEntries(Object.entries(record).toReversed()), true],
  [
    'the same of an ack',
    Object.fromEntries(Object.entries({ ...record, envelope: { wake: true }, wake: false }).toReversed()),
    false,
  ],
  ['a route that needs escapes', { ...record, via: 'wss://"x","wake":true,', wake: false }, false],
  ['something else', { hello: 'world' }, false],
  ['nothing', undefined, false],
])('%s', (_, value, wakes) => {
  expect(wantsWake(bytes(value ?? ''))).toBe(wakes)
})
