import { createFileBody, createInner, fileChunk, type MessagingKey } from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../../test/pictures.ts'
import { freshStore, person, readMessages, receivedBy } from '../../test/store.ts'
import { conversationTag } from '../storage/conversation.ts'
import { arrange } from '../storage/conversations.ts'
import { deleteConversation } from '../storage/delete-conversation.ts'
import { findFile, openFiles, partsOf } from '../storage/files.ts'
import { storeIncoming } from '../storage/incoming.ts'
import { discardMessage } from '../storage/outgoing.ts'
import type { Store } from '../storage/store.ts'
import { createIncomingFiles } from './incoming.ts'
import { createFileNews, type FileNews } from './news.ts'

const [alice, bob, carol] = [person(), person(), person()]
const day = 86_400_000
const ending = new AbortController()
afterEach(() => vi.useRealTimers())

/** A device of alice's, as the tab that leads has it; `restart` = the tab ends and another one leads. */
const device = async (store?: Store) => {
  const here = store ?? (await freshStore())
  const news: (readonly FileNews[])[] = []
  const whole: string[] = []
  let ahead = 0
  const lead = () =>
    createIncomingFiles({
      ...{ store: here, own: alice.primary, now: () => Date.now() + ahead, signal: ending.signal },
      news: createFileNews((files) => news.push(files)),
      onWhole: async (_from, innerId) => void whole.push(innerId),
      ...{ onStored: () => undefined, onError: (error) => expect(error).toBeUndefined() },
    })
  let files = await lead()
  const tagOf = (from: MessagingKey) => conversationTag(here.rest, from.primary)
  return {
    ...{ store: here, news, whole, tagOf },
    restart: async () => {
      files = await lead()
      await files.resume()
    },
    look: () => files.look(),
    later: (ms: number) => {
      ahead += ms
    },
    /** As the courier hands it over: false = it is to come again. */
    take: async (message: ReceivedMessage): Promise<boolean> => {
      const { refused, file, done } = await files.take(message)
      if (refused) return false
      await storeIncoming(here, message, { file })
      await done()
      return true
    },
    messages: (from: MessagingKey) => readMessages(here, tagOf(from), { count: 99 }),
    accept: (from: MessagingKey) => arrange(here, tagOf(from), { standing: 'accepted' }),
  }
}

const says = (from: MessagingKey, body: { type: string }): Promise<ReceivedMessage> =>
  receivedBy(
    createInner({
      ...{ from: from.primary, fromHandle: 'bob@kez.test', to: alice.primary, sentAt: Date.now() },
      body: { ...body },
    }),
    from,
    alice,
  )

/** A file of so many parts as messages: its pointer comes last. */
const sent = async (from: MessagingKey, data: Uint8Array<ArrayBuffer>, change: object = {}) => {
  const draft = { from: from.primary, fromHandle: 'bob@kez.test', to: alice.primary, sentAt: Date.now() }
  const pointer = await createFileBody({ name: 'tree.jpg', mime: 'image/jpeg', data }, draft)
  if (pointer.mode !== 'chunked') throw new Error('a larger file, please')
  const chunks = await Promise.all(Array.from({ length: pointer.n }, (_, i) => says(from, fileChunk(pointer, data, i))))
  return { chunks, pointer: await says(from, { ...pointer, ...change }) }
}

const photo = new Uint8Array(100_000)
photo.set(jpeg({ width: 1_200, height: 800, orientation: 6 }))

describe('a file that comes in parts', () => {
  it('is whole in any order, with copies and a restart in between; its message is confirmed then, and shows how large the picture is', async () => {
    const here = await device()
    const { chunks, pointer } = await sent(bob, photo)
    const [first, second, third, fourth] = chunks
    if (!first || !second || !third || !fourth) throw new Error('four parts')
    for (const message of [third, first, third]) await here.take(message)
    expect(await here.messages(bob)).toEqual([])
    await here.restart()
    await here.take(pointer)
    expect((await here.messages(bob))[0]).toMatchObject({ body: { name: 'tree.jpg' } })
    expect((await here.messages(bob))[0]?.file).toBeUndefined()
    await here.take(fourth)
    expect(here.whole).toEqual([])
    await here.take(second)
    const [message] = await here.messages(bob)
    expect(message?.file).toEqual({ state: 'whole', image: { type: 'image/jpeg', width: 800, height: 1_200 } })
    expect(here.whole).toEqual([pointer.seen.innerId])
    const file = message && (await findFile(here.store, here.tagOf(bob), message))
    const bytes = file && new Uint8Array(await new Blob(await partsOf(file)).arrayBuffer())
    expect(bytes && Buffer.from(bytes).equals(Buffer.from(photo))).toBe(true)
    // Copies on the other way change nothing.
    for (const copy of [...chunks, pointer]) await here.take(copy)
    expect(await openFiles(here.store)).toEqual([])
    expect(await here.store.db.count('files')).toBe(1)
    await vi.waitFor(() => expect(here.news.at(-1)).toEqual([]))
  })

  it('is stored as nobody without the storage key can read it', async () => {
    const here = await device()
    const text = 'a secret between two '
    const { chunks, pointer } = await sent(bob, new TextEncoder().encode(text.repeat(3_000)))
    for (const message of [...chunks, pointer]) await here.take(message)
    const rows = [...(await here.store.db.getAll('files')), ...(await here.store.db.getAll('file_parts'))]
    const stored = rows
      .map(({ box, ...clear }) => `${Buffer.from(box).toString('latin1')}${JSON.stringify(clear)}`)
      .join()
    expect(rows.length).toBe(3)
    for (const secret of ['secret between', 'tree.jpg', bob.primary]) expect(stored).not.toContain(secret)
  })

  it('tells how far it has come, and whether its message is here', async () => {
    const here = await device()
    const { chunks, pointer } = await sent(bob, photo)
    await here.take(chunks[0] ?? pointer)
    const told = { side: 'peer', have: 1, n: 4 }
    await vi.waitFor(() => expect(here.news.at(-1)).toMatchObject([{ ...told, pointed: false }]))
    await here.take(pointer)
    await vi.waitFor(() => expect(here.news.at(-1)).toMatchObject([{ ...told, pointed: true }]))
    await here.restart()
    await vi.waitFor(() => expect(here.news.at(-1)).toMatchObject([{ ...told, pointed: true }]))
  })

  it('that never comes whole says so after a week, and what came of it is gone', async () => {
    const here = await device()
    const { chunks, pointer } = await sent(bob, photo)
    for (const message of [...chunks.slice(1), pointer]) await here.take(message)
    here.later(8 * day)
    await here.restart()
    expect((await here.messages(bob))[0]?.file).toEqual({ state: 'expired' })
    expect([await here.store.db.count('files'), await here.store.db.count('file_parts')]).toEqual([0, 0])
    expect(here.whole).toEqual([])
  })
})

describe('a hostile sender', () => {
  it('who sends other bytes than announced gets a message that says so, never a file', async () => {
    const here = await device()
    const { chunks, pointer } = await sent(bob, photo, { sha256: 'ab'.repeat(32) })
    for (const message of [...chunks, pointer]) await here.take(message)
    const [message] = await here.messages(bob)
    expect(message?.file).toEqual({ state: 'damaged' })
    expect(message && (await findFile(here.store, here.tagOf(bob), message))).toBeUndefined()
    expect([here.whole, await here.store.db.count('file_parts')]).toEqual([[], 0])
  })

  it('who contradicts themselves is not followed, and the file that came first is', async () => {
    const here = await device()
    const { chunks, pointer } = await sent(bob, photo)
    const { file_id } = pointer.body as { file_id: string }
    await here.take(chunks[0] ?? pointer)
    await here.take(
      await says(bob, { type: 'kez-file-chunk-v1', file_id, i: 1, n: 9, data: 'AAAA' } as object as { type: string }),
    )
    await here.take(await says(bob, { ...pointer.body, n: 3_000 } as object as { type: string }))
    for (const message of [...chunks, pointer]) await here.take(message)
    const messages = await here.messages(bob)
    expect(messages.map(({ file }) => file?.state)).toEqual(['refused', 'whole'])
    // Whoever deletes the false one keeps the file of the other.
    await discardMessage(here.store, messages[0]?.n ?? 0)
    const [, real] = messages
    expect(real && (await findFile(here.store, here.tagOf(bob), real))?.size).toBe(100_000)
  })

  it('who floods with beginnings of files finds no room, is not remembered for it, and keeps nobody else out', async () => {
    const here = await device()
    const beginnings = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        says(carol, {
          ...{ type: 'kez-file-chunk-v1', file_id: String(i).padStart(32, '0'), i: 0, n: 9, data: 'AAAA' },
        } as { type: string }),
      ),
    )
    const taken: boolean[] = []
    for (const message of beginnings) taken.push(await here.take(message))
    expect(taken).toEqual([true, true, true, true, false, false])
    const { chunks, pointer } = await sent(bob, photo)
    for (const message of [...chunks, pointer]) expect(await here.take(message)).toBe(true)
    expect(here.whole).toHaveLength(1)
    // Once somebody has accepted them, what was refused may come again.
    await here.take(await says(carol, { type: 'text', text: 'hello' } as { type: string }))
    await here.accept(carol)
    expect(await here.take(beginnings[4] ?? pointer)).toBe(true)
  })

  it('who is blocked gets nothing stored', async () => {
    const here = await device()
    await here.take(await says(bob, { type: 'text', text: 'hello' } as { type: string }))
    await arrange(here.store, here.tagOf(bob), { standing: 'blocked' })
    const { chunks, pointer } = await sent(bob, photo)
    for (const message of [...chunks, pointer]) await here.take(message)
    expect([await here.store.db.count('files'), await here.store.db.count('file_parts')]).toEqual([0, 0])
  })
})

describe('a file that is deleted', () => {
  const counts = async ({ db }: Store) => [await db.count('files'), await db.count('file_parts')]

  it('with its message takes its parts along, and the rest of it is not wanted any more', async () => {
    const here = await device()
    const { chunks, pointer } = await sent(bob, photo)
    for (const message of [...chunks.slice(2), pointer]) await here.take(message)
    expect(await counts(here.store)).toEqual([1, 2])
    const [message] = await here.messages(bob)
    await discardMessage(here.store, message?.n ?? 0)
    await here.look()
    expect(await counts(here.store)).toEqual([0, 0])
    for (const late of chunks) await here.take(late)
    await here.restart()
    for (const late of chunks) await here.take(late)
    expect(await counts(here.store)).toEqual([0, 0])
  })

  it('while a part of it is on the way in leaves nothing behind', async () => {
    const here = await device()
    const { chunks, pointer } = await sent(bob, photo)
    await here.take(chunks[0] ?? pointer)
    await here.take(pointer)
    await deleteConversation(here.store, here.tagOf(bob))
    // The assembly has not heard of it yet.
    for (const late of chunks) await here.take(late)
    expect(await counts(here.store)).toEqual([0, 0])
  })

  it('goes with its conversation, also where it is whole, and that of others stays', async () => {
    const here = await device()
    for (const from of [bob, carol]) {
      const { chunks, pointer } = await sent(from, photo)
      for (const message of [...chunks, pointer]) await here.take(message)
    }
    await deleteConversation(here.store, here.tagOf(bob))
    expect(await counts(here.store)).toEqual([1, 4])
    const [message] = await here.messages(carol)
    expect(message && (await findFile(here.store, here.tagOf(carol), message))?.size).toBe(100_000)
  })
})
