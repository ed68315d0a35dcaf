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
    ['REQ', 'q0', [1, 1]],
    ['REQ', 'q1', [1]],
  ])
  subscriptions.refresh()
  add(4)
  subscriptions.refresh()
  expect(take().map(([type, id]) => [type, id])).toEqual([['REQ', 'q1']])
  table.put(person(3).hex, undefined)
  table.put(person(4).hex, undefined)
  subscriptions.refresh()
  expect(take()).toEqual([['CLOSE', 'q1']])
})

it('changes to one feed when there are too many people, and back', () => {
  const subscriptions = open({}, 2)
  add(1)
  subscriptions.refresh()
  add(2)
  subscriptions.refresh()
  expect(take()).toEqual([
    ['REQ', 'q0', { kinds: [4242, 4244], '#q': [person(1).address], since: 100, limit: 40 }],
    ['CLOSE', 'q0'],
    ['REQ', 'feed', { kinds: [4242, 4244], since: 100, limit: 40 }],
  ])
  expect(subscriptions.mode).toBe('feed')
  add(3)
  subscriptions.refresh()
  expect(take()).toEqual([])
  for (const n of [2, 3]) table.put(person(n).hex, undefined)
  subscriptions.refresh()
  expect(take().map(([type, id]) => [type, id])).toEqual([
    ['CLOSE', 'feed'],
    ['REQ', 'q0'],
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
  answer('q0', 900, 40)
  expect(subscriptions.complete).toBe(false)
  expect(take()).toEqual([['REQ', 'page', expect.objectContaining({ until: 861, since: 100 })]])
  answer('page', 861, 40)
  expect(take()).toEqual([
    ['CLOSE', 'page'],
    ['REQ', 'page', expect.objectContaining({ until: 822 })],
  ])
  answer('page', 822, 3)
  expect(take()).toEqual([['CLOSE', 'page']])
  expect(subscriptions.complete).toBe(true)
})

it('passes a second with more events than fit into an answer, instead of asking for it for ever', () => {
  const subscriptions = open()
  add(1)
  subscriptions.refresh()
  take()
  for (const [id, until] of [
    ['q0', 500],
    ['page', 499],
  ] as const) {
    for (let i = 0; i < 40; i++) subscriptions.arrived(id, 500)
    subscriptions.ended(id)
    expect(take().at(-1)).toEqual(['REQ', 'page', expect.objectContaining({ until })])
  }
})

it('reads on for each filter by itself, for each is cut off elsewhere', () => {
  const subscriptions = open({ messageBytes: 2 * (160 + 67) })
  add(1)
  add(2)
  subscriptions.refresh()
  take()
  for (let i = 0; i < 43; i++) subscriptions.arrived('q0', 900 - i * 10)
  subscriptions.ended('q0')
  const [, , first] = take()[0] ?? []
  expect(first?.['#q']).toHaveLength(1)
  expect(first?.until).toBeUndefined()
  subscriptions.arrived('page', 900)
  subscriptions.ended('page')
  const [, second] = take()
  expect(second?.[2]?.['#q']).not.toEqual(first?.['#q'])
})
