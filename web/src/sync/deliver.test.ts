import { ApiError, NetworkError } from '@kez-chat/client'
import { seal } from '@kez-chat/messaging'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { freshStore, person, readMessages, textFrom } from '../../test/store.ts'
import { meet } from '../storage/conversations.ts'
import { listPending, storeOutgoing } from '../storage/outgoing.ts'
import type { Store } from '../storage/store.ts'
import { createDeliverer, type DeliverOptions } from './deliver.ts'

const me = person()
const accepted = { id: '0'.repeat(64), seq: 1, accepted_at: '2026-01-01T00:00:00Z' }
const closing: AbortController[] = []

afterEach(() => {
  for (const controller of closing.splice(0)) controller.abort()
})

const setUp = async (post: DeliverOptions['post']) => {
  const store = await freshStore()
  const ending = new AbortController()
  closing.push(ending)
  const onSettled = vi.fn()
  const onError = vi.fn()
  return {
    store,
    onSettled,
    onError,
    deliverer: createDeliverer({ store, post, now: async () => Date.now(), onSettled, onError, signal: ending.signal }),
  }
}

const write = async (store: Store, to: ReturnType<typeof person>, text: string, sentAt = Date.now()) => {
  await meet(store, to.primary, 'bob@kez.test')
  const inner = textFrom(me, to, text, sentAt)
  return storeOutgoing(store, inner, { to: 'bob@kez.test', envelope: await seal(inner, me) })
}

const emptied = (store: Store) =>
  vi.waitFor(async () => expect(await listPending(store)).toEqual([]), { timeout: 10_000 })

describe('the outbox', () => {
  it('sends what waits, in order, one at a time for each conversation', async () => {
    const bob = person()
    const sent: string[] = []
    let under = 0
    const { store, deliverer } = await setUp(async (_to, envelope) => {
      expect(++under).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      under--
      sent.push(envelope.eph)
      return accepted
    })
    const written = [await write(store, bob, 'a'), await write(store, bob, 'b'), await write(store, bob, 'c')]
    deliverer.kick()
    deliverer.kick()
    await emptied(store)
    expect(sent).toEqual(written.map(({ envelope }) => envelope.eph))
  })

  it('sends the same envelope again when the answer is lost', async () => {
    const bob = person()
    const sent: unknown[] = []
    const { store, deliverer } = await setUp(async (_to, envelope) => {
      sent.push(envelope)
      if (sent.length < 3) throw new NetworkError('cut off')
      return accepted
    })
    const { envelope } = await write(store, bob, 'a')
    deliverer.kick()
    await emptied(store)
    expect(sent).toEqual([envelope, envelope, envelope])
  })

  it('does not let one conversation hold up another', async () => {
    const [bob, carol] = [person(), person()]
    const { store, deliverer, onSettled } = await setUp(async (_to, envelope) => {
      if (envelope.eph === stuck) throw new NetworkError('unreachable')
      return accepted
    })
    const stuck = (await write(store, bob, 'a')).envelope.eph
    const free = await write(store, carol, 'b')
    deliverer.kick()
    await vi.waitFor(() => expect(onSettled).toHaveBeenCalledWith(expect.objectContaining({ n: free.n })))
    expect(await listPending(store)).toHaveLength(1)
  })

  it.each(['mailbox_full', 'not_found', 'too_large'] as const)('shows a refusal (%s) and goes on', async (code) => {
    const bob = person()
    let first = true
    const { store, deliverer } = await setUp(async () => {
      const refuse = first
      first = false
      if (refuse) throw new ApiError(code, 400, 'no')
      return accepted
    })
    const { conversation } = await write(store, bob, 'a')
    await write(store, bob, 'b')
    deliverer.kick()
    await emptied(store)
    const states = (await readMessages(store, conversation, { count: 9 })).map(({ delivery }) => delivery)
    expect(states).toMatchObject([{ state: 'failed', code }, { state: 'sent' }])
  })

  it('waits as long as the server asks', async () => {
    const bob = person()
    const times: number[] = []
    const { store, deliverer } = await setUp(async () => {
      times.push(Date.now())
      if (times.length === 1) throw new ApiError('rate_limited', 429, 'slowly', 1)
      return accepted
    })
    await write(store, bob, 'a')
    deliverer.kick()
    await emptied(store)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990)
  })

  it('ends its pauses when the network is back', async () => {
    const bob = person()
    let attempts = 0
    const { store, deliverer } = await setUp(async () => {
      if (++attempts === 1) throw new ApiError('unavailable', 503, 'later', 3_600)
      return accepted
    })
    await write(store, bob, 'a')
    deliverer.kick()
    await vi.waitFor(() => expect(attempts).toBe(1))
    await vi.waitFor(async () => {
      deliverer.hurry()
      expect(await listPending(store)).toEqual([])
    })
  })

  it('gives up on what would be too old to be opened, without sending it', async () => {
    const post = vi.fn(async () => accepted)
    const { store, deliverer } = await setUp(post)
    const { conversation } = await write(store, person(), 'a', Date.now() - 7 * 86_400_000)
    deliverer.kick()
    await emptied(store)
    expect((await readMessages(store, conversation, { count: 1 }))[0]?.delivery).toMatchObject({
      state: 'failed',
      code: 'expired',
    })
    expect(post).not.toHaveBeenCalled()
  })

  it('holds back what was dated ahead by a wrong clock: whoever opened it would refuse it', async () => {
    const post = vi.fn(async () => accepted)
    const { store, deliverer } = await setUp(post)
    const { conversation } = await write(store, person(), 'a', Date.now() + 86_400_000)
    deliverer.kick()
    await emptied(store)
    expect((await readMessages(store, conversation, { count: 1 }))[0]?.delivery).toMatchObject({
      state: 'failed',
      code: 'misdated',
    })
    expect(post).not.toHaveBeenCalled()
  })

  it('sends what was written while it was at work', async () => {
    const bob = person()
    const { store, deliverer } = await setUp(async () => {
      if (written < 20) {
        written++
        await write(store, bob, String(written))
        deliverer.kick()
      }
      return accepted
    })
    let written = 0
    await write(store, bob, 'first')
    deliverer.kick()
    await vi.waitFor(() => expect(written).toBe(20), { timeout: 10_000 })
    await emptied(store)
  })
})
