import { DirectoryEntry, PrimaryHex } from '@kez-chat/contracts'
import { signingKeyFromSeed } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'
import { beforeEach, expect, it } from 'vitest'
import { type AddressTable, createAddressTable } from '../addresses/address-table.ts'
import { createSubscriptions } from './subscriptions.ts'

type Filter = { kinds: number[]; '#q'?: string[]; since: number; until?: number; limit: number }
type Sent = [string, string, ...Filter[]]

const limits = { messageBytes: 65_536, subscriptions: 3, filters: 2, events: 40, authRequired: false }
let table: AddressTable
let sent: Sent[]
beforeEach(() => {
  table = createAddressTable()
  sent = []
})

const open = (change: Partial<typeof limits> = {}, feedFrom = 1_000) =>
  createSubscriptions({
    limits: { ...limits, ...change },
    table,
    feedFrom,
    since: () => 100,
    send: (message) => void sent.push(message as Sent),
    now: () => 1_000_000,
  })

const person = (n: number) => {
  const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(n))
  const hex = PrimaryHex.parse(primary.slice(-64))
  const entry = { handle: `p-${n}`, primary, server: 's.test', registered_at: '2026-05-25T03:00:00Z', seq: 1 }
  return { hex, address: addressOf(primary), entry: DirectoryEntry.parse({ ...entry, status: 'active' }) }
}
const add = (n: number): void => table.put(person(n).hex, person(n).entry)
const take = (): Sent[] => sent.splice(0)

it('asks anew only where somebody came or went, and closes what is empty', () => {
  const subscriptions = open({ messageBytes: 2 * (160 + 67), filters: 2 })
  add(1)
  add(2)
  add(3)
  subscriptions.refresh()
  expect(take().map(([type, id, ...filters]) => [type, id, filters.map((f) => f['#q']?.length)])).toEqual([
    ['REQ', 'q0.1', [1, 1]],
    ['REQ', 'q1.2', [1]],
  ])
  subscriptions.refresh()
  add(4)
  subscriptions.refresh()
  const [closed, asked] = take()
  expect([closed, asked?.slice(0, 2)]).toEqual([
    ['CLOSE', 'q1.2'],
    ['REQ', 'q1.3'],
  ])
  // The table keeps its addresses in an order of its own each time.
  const [, , ...filters] = asked ?? []
  const second = new Set(filters.flatMap((f) => f['#q']))
  for (const n of [1, 2, 3, 4]) if (second.has(person(n).address)) table.put(person(n).hex, undefined)
  subscriptions.refresh()
  expect(take()).toEqual([['CLOSE', 'q1.3']])
})

it('changes to one feed when there are too many people, and back', () => {
  const subscriptions = open({}, 2)
  add(1)
  subscriptions.refresh()
  add(2)
  subscriptions.refresh()
  expect(take()).toEqual([
    ['REQ', 'q0.1', { kinds: [4242, 4244], '#q': [person(1).address], since: 100, limit: 40 }],
    ['CLOSE', 'q0.1'],
    ['REQ', 'feed.2', { kinds: [4242, 4244], since: 100, limit: 40 }],
  ])
  expect(subscriptions.mode).toBe('feed')
  add(3)
  subscriptions.refresh()
  expect(take()).toEqual([])
  for (const n of [2, 3]) table.put(person(n).hex, undefined)
  subscriptions.refresh()
  expect(take().map(([type, id]) => [type, id])).toEqual([
    ['CLOSE', 'feed.2'],
    ['REQ', 'q0.3'],
  ])
})

it('reads on behind an answer that is not short, to its end, and is complete only then', () => {
  const subscriptions = open()
  add(1)
  subscriptions.refresh()
  take()
  const answer = (id: string, newest: number, count: number): void => {
    for (let i = 0; i < count; i++) subscriptions.arrived(id, newest - i)
    subscriptions.ended(id)
  }
  answer('q0.1', 900, 40)
  expect(subscriptions.complete).toBe(false)
  expect(take()).toEqual([['REQ', 'page.2', expect.objectContaining({ until: 861, since: 100 })]])
  answer('page.2', 861, 40)
  expect(take()).toEqual([
    ['CLOSE', 'page.2'],
    ['REQ', 'page.3', expect.objectContaining({ until: 822 })],
  ])
  answer('page.3', 822, 3)
  expect(take()).toEqual([['CLOSE', 'page.3']])
  expect(subscriptions.complete).toBe(true)
})

it('passes a second with more events than fit into an answer, instead of asking for it for ever', () => {
  const subscriptions = open()
  add(1)
  subscriptions.refresh()
  take()
  for (const [id, next, until] of [
    ['q0.1', 'page.2', 500],
    ['page.2', 'page.3', 499],
  ] as const) {
    for (let i = 0; i < 40; i++) subscriptions.arrived(id, 500)
    subscriptions.ended(id)
    expect(take().at(-1)).toEqual(['REQ', next, expect.objectContaining({ until })])
  }
})

it('reads on for each filter by itself, for each is cut off elsewhere', () => {
  const subscriptions = open({ messageBytes: 2 * (160 + 67) })
  add(1)
  add(2)
  subscriptions.refresh()
  take()
  for (let i = 0; i < 43; i++) subscriptions.arrived('q0.1', 900 - i * 10)
  subscriptions.ended('q0.1')
  const [, , first] = take()[0] ?? []
  expect(first?.['#q']).toHaveLength(1)
  expect(first?.until).toBeUndefined()
  subscriptions.arrived('page.2', 900)
  subscriptions.ended('page.2')
  const [, second] = take()
  expect(second?.[2]?.['#q']).not.toEqual(first?.['#q'])
})

it('takes the end of an answer to what it asked before for nothing else', () => {
  const subscriptions = open()
  add(1)
  subscriptions.refresh()
  const [[, before] = []] = take()
  add(2)
  subscriptions.refresh()
  const [, [, after] = []] = take()
  subscriptions.arrived(`${before}`, 900)
  subscriptions.ended(`${before}`)
  expect(subscriptions.complete).toBe(false)
  subscriptions.ended(`${after}`)
  expect(subscriptions.complete).toBe(true)
})

it('asks for everything anew, and closes what the relay has not closed', () => {
  const subscriptions = open({ messageBytes: 160 + 67, filters: 1 })
  add(1)
  add(2)
  subscriptions.refresh()
  take()
  expect(subscriptions.closed('q0.1')).toBe(true)
  expect(subscriptions.closed('q0.0')).toBe(false)
  expect(subscriptions.complete).toBe(false)
  subscriptions.reopen()
  expect(take().map(([type, id]) => [type, id])).toEqual([
    ['CLOSE', 'q1.2'],
    ['REQ', 'q0.3'],
    ['REQ', 'q1.4'],
  ])
  expect(subscriptions.closed('q0.1')).toBe(false)
})
