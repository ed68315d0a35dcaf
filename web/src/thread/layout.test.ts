import { describe, expect, it } from 'vitest'
import type { StoredMessage } from '../storage/message.ts'
import { layOut } from './layout.ts'

const noon = new Date(2026, 2, 10, 12).getTime()
const minute = 60_000
let n = 0
const message = (at: number, own = false): StoredMessage => ({
  ...{ v: 1, n: ++n, inner_id: '', body: { type: 'text', text: '' }, at },
  ...(own ? { delivery: { state: 'sent', at } } : {}),
})
const shape = (list: StoredMessage[]) =>
  layOut(list).map(({ newDay, joined, last }) => `${newDay ? 'D' : '-'}${joined ? 'j' : '-'}${last ? 'l' : '-'}`)

describe('a thread', () => {
  it('puts a day before the first message of it', () => {
    expect(shape([message(noon), message(noon + 24 * 60 * minute)])).toEqual(['D-l', 'D-l'])
  })

  it('joins what one person writes within five minutes', () => {
    const list = [
      message(noon),
      message(noon + minute),
      message(noon + 2 * minute, true),
      message(noon + 20 * minute, true),
    ]
    expect(shape(list)).toEqual(['D--', '-jl', '--l', '--l'])
  })

  it('parts a group where the line of what is new stands', () => {
    const list = [message(noon), message(noon), message(noon)]
    const placed = layOut(list, list[1]?.n)
    expect(placed.map(({ joined, last }) => [joined, last])).toEqual([
      [false, true],
      [false, false],
      [true, true],
    ])
  })

  it('never goes back to an earlier day when an old message comes late', () => {
    expect(shape([message(noon), message(noon - 48 * 60 * minute), message(noon)])).toEqual(['D-l', '--l', '--l'])
  })

  it('shows a damaged record without inventing a day for it', () => {
    expect(shape([message(0), message(noon)])).toEqual(['--l', 'D-l'])
  })
})
