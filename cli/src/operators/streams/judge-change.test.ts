import { describe, expect, it } from 'vitest'
import { describeValue } from './describe-value.ts'
import { type Held, judgeChange } from './judge-change.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const day = 86_400_000
const held: Held = { messages: 100, bytes: 1_000_000, oldest: now - 10 * day }
const ns = 1_000_000

describe('a change of a stream that holds messages', () => {
  it.each([
    ['max_bytes', 2_000_000, 4_000_000, true],
    ['max_bytes', 2_000_000, -1, true],
    ['max_bytes', -1, 2_000_000, true],
    ['max_bytes', 4_000_000, 1_100_000, false],
    ['max_bytes', 4_000_000, 500_000, false],
    ['max_age', 0, 30 * day * ns, true],
    ['max_age', 30 * day * ns, 0, true],
    ['max_age', 30 * day * ns, 7 * day * ns, false],
    ['max_age', 0, 10 * day * ns, false],
    ['max_msgs', -1, 100, false],
    ['max_msgs', -1, 1_000, true],
    ['max_msgs_per_subject', 20_000, 10_000, false],
    ['max_msgs_per_subject', 1_000, 10_000, true],
    ['max_msg_size', 1_000, 10, true],
    ['duplicate_window', 1, 2, true],
    ['discard', 'old', 'new', true],
    ['discard', 'new', 'old', false],
    ['deny_delete', false, true, true],
    ['deny_delete', true, false, false],
    ['deny_purge', true, false, false],
    ['num_replicas', 1, 3, true],
    ['num_replicas', 3, 1, false],
    ['subjects', ['a'], ['a', 'b'], true],
    ['subjects', ['a', 'b'], ['a'], false],
    ['storage', 'memory', 'file', false],
    ['retention', 'workqueue', 'limits', false],
    ['republish', { src: '>', dest: 'x.>' }, undefined, true],
    ['sources', [{ name: 'X' }], undefined, false],
    ['a_field_of_tomorrow', 1, 2, false],
  ])('%s from %j to %j: %j', (field, found, wanted, isSafe) => {
    expect(judgeChange({ field, found, wanted }, held, now)).toMatchObject({ isSafe })
  })
})

it('a narrower limit of an empty stream deletes nothing', () => {
  const empty = { messages: 0, bytes: 0, oldest: now }
  expect(judgeChange({ field: 'max_age', found: 0, wanted: 1 }, empty, now).isSafe).toBe(true)
})

it.each([
  ['max_bytes', 2 * 1024 ** 3, '2 GiB'],
  ['max_bytes', 1_000_000, '1000000 B'],
  ['max_bytes', -1, 'no limit'],
  ['max_age', 30 * day * ns, '30 days'],
  ['duplicate_window', 120 * 1e9, '2 minutes'],
  ['max_age', 0, 'no limit'],
  ['deny_purge', true, 'yes'],
  ['republish', undefined, 'unset'],
  ['subjects', ['a.*', 'b.*'], 'a.*, b.*'],
  ['subjects', ['p0', 'p1', 'p2', 'p3', 'p4'], 'p0 … p4 (5)'],
  ['max_msgs_per_subject', 10_000, '10000'],
])('%s %j reads %s', (field, value, words) => {
  expect(describeValue(field, value)).toBe(words)
})
