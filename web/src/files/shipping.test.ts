import { randomBytes, toHex } from '@kez-chat/identity'
import { createFileBody, innerHash, open, transportKeyFromSeed } from '@kez-chat/messaging'
import { type OutgoingRecord, prepareMessage, type RouteName, type Sender } from '@kez-chat/nostr-client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freshStore, person, readMessages } from '../../test/store.ts'
import { conversationTag } from '../storage/conversation.ts'
import { meet, readConversation } from '../storage/conversations.ts'
import { fileTag } from '../storage/file-record.ts'
import { openFiles } from '../storage/files.ts'
import { discardMessage, openOutgoing, storeOutgoing } from '../storage/outgoing.ts'
import { resumeFile, storeOutgoingFile } from '../storage/outgoing-file.ts'
import type { Store } from '../storage/store.ts'
import { sweepExpired } from '../storage/sweep-expired.ts'
import { createMarks } from './marks.ts'
import { createFileNews } from './news.ts'
import { createShipping } from './shipping.ts'

const [alice, bob] = [person(), person()]
const sender: Sender = {
  ...{ key: alice, transportKey: transportKeyFromSeed(randomBytes(32)), fromHandle: 'alice@kez.test' },
  ways: { home: true, relay: true },
}
const day = 86_400_000
const partBytes = 32 * 1_024

/** What the courier has of this device. */
const device = async (store: Store) => {
  const tag = conversationTag(store.rest, bob.primary)
  await meet(store, bob.primary, 'bob@kez.test')
  let ahead = 0
  const kept: (() => Promise<void>)[] = []

  const lead = () => {
    const has = new Map<string, OutgoingRecord>()
    const ending = new AbortController()
    const shipping = createShipping({
      ...{ store, sender: () => sender, now: () => Date.now() + ahead, signal: ending.signal },
      courier: {
        submit: async ({ record }) => {
          has.set(record.inner_id, record)
          return {} as never
        },
        forget: async (innerId) => void has.delete(innerId),
      },
      news: createFileNews(() => undefined),
      ...{ onStored: () => undefined, onPointed: () => undefined, onError: (error) => expect(error).toBeUndefined() },
    })
    const end = async (): Promise<void> => {
      ending.abort()
      await shipping.stop()
    }
    kept.push(end)
    const say = (record: OutgoingRecord, ways: Partial<Record<RouteName, 'sent' | 'refused'>>): boolean => {
      const route = (name: RouteName) => ({
        ...record[name],
        ...(ways[name] ? { state: ways[name], attempts: record[name].attempts + 1, reason: 'not_found' } : {}),
      })
      return shipping.note({
        ...{ innerId: record.inner_id, to: record.to, state: 'sending', relays: [], hinted: false },
        routes: { home: route('home'), relay: route('relay') },
      })
    }
    return { has, say, end, look: shipping.look, note: shipping.note }
  }
  onTestFinished(async () => {
    for (const end of kept) await end()
  })

  return {
    ...{ store, tag, lead },
    later: (ms: number) => {
      ahead += ms
    },
    write: async (parts: number, name = 'film.mp4', sentAt = Date.now(), ttl?: number): Promise<string> => {
      const data = new Uint8Array(parts * partBytes - 9).map((_, i) => i % 251)
      const draft = { from: alice.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt }
      const pointer = await createFileBody({ name, mime: 'video/mp4', data, ttl }, draft)
      if (pointer.mode !== 'chunked') throw new Error('a larger file, please')
      const [innerId, secret] = [toHex(randomBytes(16)), toHex(randomBytes(32))]
      await storeOutgoingFile(store, { ...draft, innerId, secret, pointer, data })
      return fileTag(store.rest, tag, 'own', pointer.file_id)
    },
    states: async () =>
      (await readMessages(store, tag, { count: 9 })).map(({ body, delivery }) => [
        body.name ?? body.text,
        delivery?.state,
      ]),
    /** The messages that the courier is to send as any other. */
    pointers: async () => (await store.db.getAll('outgoing')).map((row) => openOutgoing(store.rest, row).record),
  }
}

const settled = (lead: { has: Map<string, OutgoingRecord> }, count: number) =>
  vi.waitFor(() => expect(lead.has.size).toBe(count), { timeout: 10_000 })
const partsIn = (has: Map<string, OutgoingRecord>) => [...has.values()]
const numbers = async (has: Map<string, OutgoingRecord>): Promise<unknown[]> =>
  Promise.all(
    partsIn(has).map(async ({ envelope }) => {
      const { body } = await open(envelope, bob, { now: Date.now() })
      return body.type === 'kez-file-chunk-v1' ? body.i : body.type
    }),
  )

describe('a file that goes in parts', () => {
  it('is a few parts at a time, and a message once every part was taken: the last link of what was written', async () => {
    const here = await device(await freshStore())
    await here.write(12)
    const lead = here.lead()
    lead.look()
    await settled(lead, 8)
    expect(await numbers(lead.has)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(
      partsIn(lead.has).every(
        ({ wake, home, relay }) => !wake && home.state === 'waiting' && relay.state === 'waiting',
      ),
    ).toBe(true)
    const text = await prepareMessage(sender, { to: bob.primary, body: { type: 'text', text: 'meanwhile' } })
    await storeOutgoing(here.store, text)
    for (let taken = 0; taken < 12; taken++) {
      expect((await here.pointers()).map(({ inner_id }) => inner_id)).toEqual([text.inner.id])
      await vi.waitFor(() => expect(lead.has.size).toBeGreaterThan(0))
      const [part] = partsIn(lead.has)
      if (part) lead.say(part, { home: 'sent', relay: 'sent' })
      await vi.waitFor(() => expect(part && lead.has.has(part.inner_id)).toBe(false))
    }
    await vi.waitFor(async () => expect(await here.pointers()).toHaveLength(2))
    const pointer = (await here.pointers()).find(({ inner_id }) => inner_id !== text.inner.id)
    const { inner, body } = await open(pointer?.envelope, bob, { now: Date.now() })
    expect([body.type, inner.prev]).toEqual(['kez-file-v1', innerHash(text.inner)])
    expect((await readConversation(here.store, here.tag))?.own_head).toBe(innerHash(inner))
    await vi.waitFor(async () => expect(await openFiles(here.store)).toEqual([]))
  })

  it('goes on where it was in another tab, with the same bytes for what was not taken', async () => {
    const here = await device(await freshStore())
    await here.write(4)
    const first = here.lead()
    first.look()
    await settled(first, 4)
    const before = partsIn(first.has)
    if (before[1]) first.say(before[1], { relay: 'sent' })
    if (before[2]) first.say(before[2], { home: 'sent', relay: 'sent' })
    await vi.waitFor(async () =>
      expect(createMarks(4, (await openFiles(here.store))[0]?.file.shipment?.relay).size).toBe(2),
    )
    await first.end()
    const second = here.lead()
    second.look()
    await settled(second, 3)
    const again = new Map(partsIn(second.has).map((record) => [record.inner_id, record]))
    for (const one of [before[0], before[3]]) {
      expect(again.get(one?.inner_id ?? '')).toMatchObject({ envelope: one?.envelope, author: one?.author })
    }
    // The relay has this one: the home server alone is given it.
    expect(again.get(before[1]?.inner_id ?? '')).toMatchObject({
      home: { state: 'waiting' },
      relay: { state: 'refused' },
    })
  })

  it('is given to the slower way in the end, until it is confirmed', async () => {
    const here = await device(await freshStore())
    await here.write(2)
    const lead = here.lead()
    lead.look()
    await settled(lead, 2)
    for (const part of partsIn(lead.has)) lead.say(part, { relay: 'sent' })
    await vi.waitFor(async () => expect(await here.pointers()).toHaveLength(1))
    expect(lead.has.size).toBe(2)
    const [pointer] = await here.pointers()
    if (!pointer) throw new Error('no pointer')
    const status = {
      innerId: pointer.inner_id,
      to: pointer.to,
      relays: [],
      hinted: false,
      routes: { home: pointer.home, relay: pointer.relay },
    }
    expect(lead.note({ ...status, state: 'delivered' })).toBe(false)
    await settled(lead, 0)
    await vi.waitFor(async () => expect(await openFiles(here.store)).toEqual([]))
  })

  it('is sealed anew, as the same messages, when it is sent again', async () => {
    const here = await device(await freshStore())
    const file = await here.write(2)
    const lead = here.lead()
    lead.look()
    await settled(lead, 2)
    const before = partsIn(lead.has)
    for (const part of before) lead.say(part, { home: 'sent', relay: 'sent' })
    await vi.waitFor(async () => expect(await here.pointers()).toHaveLength(1))
    await settled(lead, 0)
    expect(await resumeFile(here.store, file, Date.now())).toBe(true)
    lead.look()
    await settled(lead, 2)
    for (const [i, part] of partsIn(lead.has).entries()) {
      expect(part.inner_id).toBe(before[i]?.inner_id)
      expect(part.envelope).not.toEqual(before[i]?.envelope)
    }
    expect(await here.pointers()).toHaveLength(1)
  })

  it('is not failed by what is said of a part while it went by one way alone, when it goes by both meanwhile', async () => {
    const here = await device(await freshStore())
    await here.write(10)
    const lead = here.lead()
    lead.look()
    await settled(lead, 8)
    const [first, second] = partsIn(lead.has)
    if (!first || !second) throw new Error('no parts')
    // Room by the home server alone, for the ninth, and by the relays a little later, for the tenth.
    lead.say(first, { home: 'sent' })
    await settled(lead, 9)
    const [ninth] = partsIn(lead.has).slice(8)
    if (!ninth) throw new Error('no ninth part')
    expect([ninth.home.state, ninth.relay.state]).toEqual(['waiting', 'refused'])
    lead.say(second, { relay: 'sent' })
    await settled(lead, 10)
    lead.say(first, { home: 'sent', relay: 'sent' })
    const byBoth = () => partsIn(lead.has).find(({ inner_id }) => inner_id === ninth.inner_id)?.relay.state
    await vi.waitFor(() => expect(byBoth()).toBe('waiting'))
    lead.say(ninth, {})
    // Were the relays given up for that, nothing would be left now.
    lead.say(second, { home: 'refused', relay: 'sent' })
    await vi.waitFor(async () =>
      expect(createMarks(10, (await openFiles(here.store))[0]?.file.shipment?.relay).size).toBe(2),
    )
    expect(await here.states()).toEqual([['film.mp4', 'sending']])
    for (const part of partsIn(lead.has)) lead.say(part, { relay: 'sent' })
    await vi.waitFor(async () => expect(await here.pointers()).toHaveLength(1), { timeout: 10_000 })
  })

  it('waits for the one before it, in one conversation', async () => {
    const here = await device(await freshStore())
    const now = Date.now()
    const [first] = [await here.write(2, 'first', now), await here.write(3, 'second', now + 1)]
    const lead = here.lead()
    lead.look()
    await settled(lead, 2)
    for (const part of partsIn(lead.has)) lead.say(part, { home: 'sent', relay: 'sent' })
    await settled(lead, 3)
    expect((await openFiles(here.store)).map(({ row }) => row.tag)).not.toContain(first)
  })
})

describe('a file that does not go', () => {
  it('says so when every way has refused it, and goes on when it is tried again', async () => {
    const here = await device(await freshStore())
    const file = await here.write(3)
    const lead = here.lead()
    lead.look()
    await settled(lead, 3)
    const [first, second] = partsIn(lead.has)
    if (first) lead.say(first, { home: 'sent' })
    if (second) lead.say(second, { home: 'refused', relay: 'refused' })
    await vi.waitFor(async () => expect(await here.states()).toEqual([['film.mp4', 'failed']]))
    await settled(lead, 0)
    expect([await openFiles(here.store), await here.pointers()]).toEqual([[], []])
    expect(await resumeFile(here.store, file, Date.now())).toBe(true)
    expect(await here.states()).toEqual([['film.mp4', 'sending']])
    lead.look()
    await settled(lead, 3)
  })

  it('is too old after a week, and then not tried again', async () => {
    const here = await device(await freshStore())
    const file = await here.write(2)
    const lead = here.lead()
    lead.look()
    await settled(lead, 2)
    here.later(8 * day)
    for (const part of partsIn(lead.has).slice(0, 1)) lead.say(part, {})
    await vi.waitFor(async () => expect(await here.states()).toEqual([['film.mp4', 'failed']]))
    expect(await resumeFile(here.store, file, Date.now() + 8 * day)).toBe(false)
  })

  it('because it was deleted is given up, and nothing of it is left', async () => {
    const here = await device(await freshStore())
    await here.write(3)
    const lead = here.lead()
    lead.look()
    await settled(lead, 3)
    const [message] = await readMessages(here.store, here.tag, { count: 1 })
    await discardMessage(here.store, message?.n ?? 0)
    lead.look()
    await settled(lead, 0)
    expect([await here.store.db.count('files'), await here.store.db.count('file_parts')]).toEqual([0, 0])
  })

  it('vanishes with its parts when the time of its conversation is over, and relays are told until when they may keep them', async () => {
    const { store, tag, lead, write, states } = await device(await freshStore())
    const sentAt = Date.now()
    await write(2, 'film.mp4', sentAt, 3_600)
    const { has, look } = lead()
    look()
    await settled({ has }, 2)
    for (const { expires_at: until } of has.values()) expect(until).toBe(sentAt + 3_600_000)
    await sweepExpired(store, sentAt + 3_599_000)
    expect(await states()).toEqual([['film.mp4', 'sending']])
    expect((await sweepExpired(store, sentAt + 3_600_000)).conversations).toEqual([tag])
    expect(await states()).toEqual([])
    expect(await store.db.count('files')).toBe(0)
    expect(await store.db.count('file_parts')).toBe(0)
  })
})
