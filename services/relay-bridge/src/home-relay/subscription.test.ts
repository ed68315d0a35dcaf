import { transportKeyFromSeed } from '@kez-chat/messaging'
import { signEvent } from '@kez-chat/messaging/nostr'
import { expect, test } from 'vitest'
import type { Plan } from './access.ts'
import { Filter } from './filter.ts'
import { createKeptEvents, type Found } from './kept-events.ts'
import { createSubscription } from './subscription.ts'

const author = transportKeyFromSeed(new Uint8Array(32).fill(9))
const stored = Array.from({ length: 20 }, (_, i) =>
  signEvent({ kind: 4242, content: 'x'.repeat(1_000), tags: [] }, i * 1_000, author),
)
const plan: Plan = { filter: Filter.parse({ kinds: [4242] }), mail: 'a', lists: undefined }

/** A store of 20 events of 1000 bytes, and clients that read when they are told to. */
const rig = (most: number) => {
  const kept = createKeptEvents(most)
  let readAgain = 0
  const history = {
    look: async () => {
      const found: Found[] = stored.map((event, seq) => ({
        id: event.id,
        at: 0,
        stream: 's',
        seq,
        bytes: 1_000,
        event,
      }))
      kept.keep(found)
      return { found, mailThrough: 20, listSeqs: new Set<number>() }
    },
    eventOf: async (one: Found) => {
      const event = kept.take(one)
      if (!event) readAgain += 1
      return event ?? stored[one.seq]
    },
    forget: kept.drop,
  }
  const ask = () => {
    const texts: string[] = []
    let answer: (room: boolean) => void = () => undefined
    const room = new Promise<boolean>((resolve) => {
      answer = resolve
    })
    const subscription = createSubscription({
      id: 'x',
      plans: [plan],
      client: { send: (text) => texts.push(text), room: () => room },
      history,
      live: { listen: () => () => undefined, stop: () => undefined },
      onSent: () => undefined,
    })
    return { texts, done: subscription.run(), reads: () => answer(true), leaves: () => answer(false) }
  }
  return { kept, ask, readAgain: () => readAgain }
}

test('clients that do not read keep no more in memory together than is allowed, and still get everything', async () => {
  const { kept, ask, readAgain } = rig(50_000)
  const clients = Array.from({ length: 10 }, ask)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(kept.bytes).toBe(50_000)
  for (const { reads } of clients) reads()
  await Promise.all(clients.map(({ done }) => done))
  for (const { texts } of clients) expect(texts).toHaveLength(stored.length + 1)
  expect(readAgain()).toBe(10 * 20 - 50)
  expect(kept.bytes).toBe(0)
})

test('a client that leaves gives its room back', async () => {
  const { kept, ask } = rig(50_000)
  const clients = [ask(), ask()]
  await expect.poll(() => kept.bytes).toBe(40_000)
  for (const { leaves } of clients) leaves()
  await Promise.all(clients.map(({ done }) => done))
  expect(kept.bytes).toBe(0)
})
