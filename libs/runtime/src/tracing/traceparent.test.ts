import { expect, test } from 'vitest'
import { continueTrace, isTraced, readTraceparent } from './traceparent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

test('a step keeps the trace and whether it is kept, and has a span of its own', () => {
  for (const flags of ['00', '01']) {
    expect(continueTrace(`00-${trace}-${span}-${flags}`)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-${flags}$`))
    expect(continueTrace(`00-${trace}-${span}-${flags}`)).not.toContain(span)
  }
})

test('a trace that is over goes on by its id alone', () => {
  expect(continueTrace(`00-${trace}-${span}-01`, false)).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`))
})

test.each([
  undefined,
  '',
  'junk',
  `01-${trace}-${span}-00`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${trace}-${span}-01-more`,
])('without a usable trace a new one begins, whose spans nobody keeps: %j', (incoming) => {
  expect(readTraceparent(incoming)).toBeUndefined()
  expect(continueTrace(incoming)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  expect(continueTrace(incoming)).not.toBe(continueTrace(incoming))
})

test('only a sampled trace is traced', () => {
  expect(isTraced(`00-${trace}-${span}-01`)).toBe(true)
  expect(isTraced(`00-${trace}-${span}-00`)).toBe(false)
  expect(isTraced(undefined)).toBe(false)
})
