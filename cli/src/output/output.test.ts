import { describe, expect, it } from 'vitest'
import { createPaint, wantsColour } from './paint.ts'
import { printable } from './printable.ts'
import { columns, table } from './table.ts'

describe('colour', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ])('terminal %s with %j: %s', (isTerminal, env, wanted) => {
    expect(wantsColour(isTerminal, env)).toBe(wanted)
  })

  it('does not move the columns of a table', () => {
    const rows = (paint: ReturnType<typeof createPaint>) => [
      [paint.good('verified'), 'x'],
      ['no', 'y'],
    ]
    const coloured = createPaint(true)
    const esc = String.fromCharCode(27)
    const seen = table(coloured, ['a', 'b'], rows(coloured))
    expect(seen).toContain(`${esc}[32mverified`)
    expect(seen.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '')).toBe(
      table(createPaint(false), ['a', 'b'], rows(createPaint(false))),
    )
  })
})

it('aligns all cells but the last', () => {
  expect(
    columns([
      ['a', 'bb', 'c'],
      ['ccc', 'd', 'ee'],
    ]),
  ).toBe('a    bb  c\nccc  d   ee\n')
})

it('lets no text from elsewhere steer the terminal', () => {
  expect(printable('a\u001b[2Jb\u0007\u202ec\u0085d\n')).toBe('a\ufffd[2Jb\ufffd\ufffdc\ufffdd\ufffd')
  expect(printable('Grüße, 世界 ✓')).toBe('Grüße, 世界 ✓')
})
