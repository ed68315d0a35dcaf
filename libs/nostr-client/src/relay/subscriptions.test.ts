import { expect, test } from 'vitest'
import { createVirtualTiming } from '../../test/virtual-timing.ts'
import { createSubscriptions } from './subscriptions.ts'

/** One lasting subscription at a relay that only listens, what it was told, and which ends of history were heard. */
const setUp = () => {
  const frames: unknown[][] = []
  const heard: string[] = []
  const subscriptions = createSubscriptions({
    ...{ timing: createVirtualTiming(), eoseMs: 15_000, most: 16, authenticate: async () => true },
    send: (text) => frames.push(JSON.parse(text) as unknown[]) > 0,
    ...{ onAsked: () => undefined, onRoundTrip: () => undefined },
  })
  const open = subscriptions.open({
    ...{ filters: () => [{ kinds: [4242] }], isKnown: () => false, onEvent: () => undefined, lasting: true },
    onEose: (how) => void heard.push(how),
    onClosed: () => undefined,
  })
  const idsOf = (type: string): string[] => frames.filter((frame) => frame[0] === type).map(([, id]) => String(id))
  return { subscriptions, open, heard, idsOf }
}

test('the end of an old answer is not taken for that of the new one', () => {
  const { subscriptions, open, heard, idsOf } = setUp()
  open.again()
  const [before = '', now = ''] = idsOf('REQ')
  expect(idsOf('CLOSE')).toEqual([before])
  subscriptions.onEose(before)
  expect(heard).toEqual([])
  expect(subscriptions.get(before)).toBeUndefined()
  subscriptions.onEose(now)
  expect(heard).toEqual(['eose'])
  open.close()
  expect(idsOf('CLOSE')).toEqual([before, now])
  expect(subscriptions.size).toBe(0)
})

test('after a reconnect, or when the relay has closed it, there is no old one to be closed', async () => {
  const { subscriptions, heard, idsOf } = setUp()
  subscriptions.lost('connection closed')
  subscriptions.reopen()
  subscriptions.onClosed(idsOf('REQ')[1] ?? '', 'auth-required: who are you?')
  await expect.poll(() => new Set(idsOf('REQ')).size).toBe(3)
  expect(idsOf('CLOSE')).toEqual([])
  subscriptions.onEose(idsOf('REQ')[1] ?? '')
  expect(heard).toEqual([])
  subscriptions.onEose(idsOf('REQ')[2] ?? '')
  expect(heard).toEqual(['eose'])
})
