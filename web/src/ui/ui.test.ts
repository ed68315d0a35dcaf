import { parsePrimary, primaryHex } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { identiconCells, shortKey } from './identicon.ts'
import { nameOf } from './peer-name.ts'
import { dayName, duration, shortTime } from './time.ts'

const primary = parsePrimary('ed25519:d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737')

describe('a peer', () => {
  const facts = { tag: '', primary, unread: 0, created_at: 0 }

  it('without a confirmed handle is called by a piece of the key, whatever they claim', () => {
    expect(nameOf({ ...facts, claimed: 'alice@kez.test' }, 'kez.test')).toBe('d04ab232…8737')
    expect(primaryHex(primary).startsWith(shortKey(primary).slice(0, 8))).toBe(true)
  })

  it('is called by the bare handle at our own server, and by the full one elsewhere', () => {
    expect(nameOf({ ...facts, handle: 'alice@kez.test' }, 'kez.test')).toBe('alice')
    expect(nameOf({ ...facts, handle: 'alice@other.test' }, 'kez.test')).toBe('alice@other.test')
  })

  it('has a picture that is the same each time, symmetric, and another for another key', () => {
    const cells = identiconCells(primary)
    expect(identiconCells(primary)).toEqual(cells)
    for (const [x, y] of cells) expect(cells).toContainEqual([4 - x, y])
    expect(identiconCells(parsePrimary(`ed25519:${'0f'.repeat(32)}`))).not.toEqual(cells)
  })
})

describe('times', () => {
  const now = new Date(2026, 2, 29, 15, 30).getTime()

  it('name today, yesterday and older days, also across a change of the clocks', () => {
    expect(dayName(new Date(2026, 2, 29, 0, 1).getTime(), now)).toBe('Today')
    expect(dayName(new Date(2026, 2, 28, 23, 59).getTime(), now)).toBe('Yesterday')
    expect(dayName(new Date(2025, 2, 28).getTime(), now)).toContain('2025')
  })

  it.each([
    [31_000, '1 minute'],
    [4 * 60_000, '4 minutes'],
    [89 * 60_000, '89 minutes'],
    [3_600_000 * 23 + 1_000, '23 hours'],
    [86_400_000, '24 hours'],
    [86_400_000 * 2, '2 days'],
  ])('%i ms long are %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })

  it('are a clock time today, also when the sender is ahead of us', () => {
    expect(shortTime(now, now)).toMatch(/\d/)
    expect(shortTime(now + 60_000, now)).toBe(shortTime(now + 60_000, now + 60_000))
  })
})
