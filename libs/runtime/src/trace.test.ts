import { expect, test } from 'vitest'
import { continueTrace } from './trace.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'

test('a step keeps the trace and its flags, and has a span of its own', () => {
  expect(continueTrace(`00-${trace}-b7ad6b7169203331-00`)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`))
  expect(continueTrace(`00-${trace}-b7ad6b7169203331-00`)).not.toContain('b7ad6b7169203331')
})

test.each([undefined, '', 'junk', `01-${trace}-b7ad6b7169203331-00`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
  'without a usable trace a new one begins: %j',
  (incoming) => {
    expect(continueTrace(incoming)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    expect(continueTrace(incoming)).not.toBe(continueTrace(incoming))
  },
)
