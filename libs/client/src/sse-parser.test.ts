import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSseParser } from './sse-parser.ts'

test('an event has a type, an id and data of one or more lines', () => {
  const parser = createSseParser()
  expect(parser.push('id: 7\nevent: message\ndata: {"a":1}\n\n')).toEqual([
    { event: 'message', data: '{"a":1}', id: '7' },
  ])
  expect(parser.push('data: x\ndata:y\n\n')).toEqual([{ event: 'message', data: 'x\ny', id: '7' }])
})

test('comments, unknown fields and events without data are nothing', () => {
  expect(createSseParser().push(': ping\n\nfoo: bar\nevent: x\n\n')).toEqual([])
})

test('the last retry hint is remembered', () => {
  const parser = createSseParser()
  parser.push('retry: 1500\n\nretry: soon\n\n')
  expect(parser.retry).toBe(1500)
})

test('an event of unlimited size ends the stream', () => {
  const parser = createSseParser()
  expect(() => parser.push(`data: ${'x'.repeat(3 * 1024 * 1024)}`)).toThrow(/too long/)
  const many = createSseParser()
  const lines = `data: ${'x'.repeat(1000)}\n`.repeat(500)
  expect(() => {
    for (let i = 0; i < 10; i++) many.push(lines)
  }).toThrow(/too large/)
})

test('it does not matter where the network cuts the stream, nor which line ends it uses', () => {
  const text = fc.stringMatching(/^[a-zäß😀 ]{0,12}$/u)
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.nat({ max: 200 }), { maxLength: 20 }),
      (values, eol, cuts) => {
        const stream = `${values.map((value, i) => `id: ${i}${eol}data: ${value}${eol}${eol}`).join('')}:end${eol}`
        const parser = createSseParser()
        const found = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length]
          .map((cut, i, all) => stream.slice(cut, all[i + 1] ?? stream.length))
          .flatMap((part) => parser.push(part))
        expect(found).toEqual(values.map((value, i) => ({ event: 'message', data: value, id: String(i) })))
      },
    ),
    { numRuns: 300 },
  )
})
