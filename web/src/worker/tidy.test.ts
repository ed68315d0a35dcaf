import { afterEach, expect, it, vi } from 'vitest'
import { surroundShelves } from '../../test/worker-shelves.ts'
import { tidy } from './tidy.ts'

afterEach(() => vi.unstubAllGlobals())

const surround = () => surroundShelves({ kept: { 'kez-app-b1': {}, 'kez-app-b2': {}, 'kez-push': {} } })

it('lets go of a version that no page needs, and of nothing else', async () => {
  const { shelves } = surround()
  await tidy()
  expect([...shelves.keys()]).toEqual(['kez-app-b2', 'kez-push'])
})

it('keeps what a page still needs', async () => {
  const { shelves, pages, locks } = surround()
  pages.push({}, {})
  locks.push({ name: 'kez-app-b1' }, { name: 'kez-app-b2' }, { name: 'kez-chat-leader' })
  await tidy()
  expect(shelves.has('kez-app-b1')).toBe(true)
  pages.pop()
  locks.shift()
  await tidy()
  expect(shelves.has('kez-app-b1')).toBe(false)
})

it('keeps everything while a page has not said yet what it needs', async () => {
  const { shelves, pages } = surround()
  pages.push({})
  await tidy()
  expect(shelves.has('kez-app-b1')).toBe(true)
})

it.each(['installing', 'waiting'] as const)('keeps what another version is %s with', async (state) => {
  const { shelves, registration } = surround()
  registration[state] = {}
  await tidy()
  expect(shelves.has('kez-app-b1')).toBe(true)
})
