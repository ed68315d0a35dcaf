import { createExportWriter } from '@kez-chat/export-file'
import { concat, newInvitationSecret, randomBytes, toHex } from '@kez-chat/identity'
import { createFileBody, createInner, editBody, innerHash } from '@kez-chat/messaging'
import { OutgoingRecord } from '@kez-chat/nostr-client'
import { afterEach, describe, expect, it } from 'vitest'
import { exported, exportPassphrase, imported, quickKdf } from '../../test/export.ts'
import { fillDevice } from '../../test/full-device.ts'
import { freshStore, person, prepared, readMessages, receivedBy, textFrom } from '../../test/store.ts'
import { parseQuery } from '../search/match.ts'
import { changeChoices, readChoices } from '../storage/choices.ts'
import { conversationTag } from '../storage/conversation.ts'
import { arrange, listSummaries, markRead, meet, mute, readSummary } from '../storage/conversations.ts'
import { deleteConversation } from '../storage/delete-conversation.ts'
import { readDraft, writeDraft } from '../storage/draft.ts'
import { isFull } from '../storage/errors.ts'
import { fileTagOf } from '../storage/file-record.ts'
import { findFile, openFiles, partsOf } from '../storage/files.ts'
import { storeIncoming } from '../storage/incoming.ts'
import { keepInvitation, listInvitations } from '../storage/invitations.ts'
import { noteDelivery } from '../storage/note-delivery.ts'
import { openOutgoing, releaseOutgoing, storeOutgoing } from '../storage/outgoing.ts'
import { resumeFile, storeOutgoingFile } from '../storage/outgoing-file.ts'
import { changeOwnPicture, readOwnPicture } from '../storage/own-picture.ts'
import { changePerson, readPerson } from '../storage/person.ts'
import { changeProgress, readProgress } from '../storage/progress.ts'
import { outgoingStore } from '../storage/record-store.ts'
import { indexOlder, searchMessages } from '../storage/search.ts'
import type { Store } from '../storage/store.ts'
import { listUnopened, storeUnopened } from '../storage/unopened.ts'

const [me, bob, carol, dave] = [person(), person(), person(), person()]
const minute = 60_000
const now = Date.now()

const receive = async (store: Store, text: string, sentAt = now, from = bob) => {
  const opened = await receivedBy(textFrom(from, me, text, sentAt), from, me)
  await storeIncoming(store, opened)
  return opened
}
const say = async (store: Store, text: string, to = bob) => {
  const message = await prepared(me, to, text)
  return { message, n: await storeOutgoing(store, message) }
}
const textsOf = async (store: Store, peer = bob) =>
  (await readMessages(store, conversationTag(store.rest, peer.primary), { count: 100 })).map(({ body }) => body.text)

const data = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 251)

/** A file that goes out in parts, of which nothing has gone yet. */
const sendBigFile = async (store: Store) => {
  const innerId = toHex(randomBytes(16))
  const draft = { from: me.primary, fromHandle: 'alice@kez.test', to: bob.primary, sentAt: now }
  const pointer = await createFileBody({ name: 'notes.bin', mime: 'application/octet-stream', data }, draft)
  if (pointer.mode !== 'chunked') throw new Error('it was to go in parts')
  await storeOutgoingFile(store, { ...draft, innerId, pointer, data, secret: toHex(randomBytes(32)) })
  return { innerId }
}

/** A device as it is after some use, with its storage key. */
const usedDevice = async () => {
  const storageKey = randomBytes(32)
  const store = await freshStore(storageKey)
  const tag = await meet(store, bob.primary, 'bob@kez.test', { nostr: 'aa'.repeat(32) })
  await receive(store, 'hello', now - 3 * minute)
  const sent = await say(store, 'sent')
  const route = { at: now, attempts: 0, next_at: null }
  await noteDelivery(
    store,
    {
      ...{ innerId: sent.message.inner.id, state: 'delivered', via: 'home', relays: [] },
      ...{ routes: { home: { ...route, state: 'sent' }, relay: { ...route, state: 'waiting' } } },
      delivered: { at: now, via: 'home' },
    } as never,
    now,
  )
  const waiting = await say(store, 'waiting')
  await writeDraft(store, tag, { text: 'half a thought', reply: { id: sent.message.inner.id, from: me.primary } })
  const deleted = await receive(store, 'deleted', now, carol)
  await deleteConversation(store, conversationTag(store.rest, carol.primary))
  await receive(store, 'spam', now, dave)
  await arrange(store, conversationTag(store.rest, dave.primary), { standing: 'blocked', unread: 0 })
  await changePerson(store, tag, (known) => ({
    ...known,
    read_at: now,
    chain: { length: 2, status: 'active', subjects: [] },
  }))
  await changePerson(store, conversationTag(store.rest, me.primary), (known) => ({ ...known, read_at: now }))
  await changeChoices(store, { confirmations: false, relays: ['wss://relay.test'] })
  const image = { visual: true, key: 'ab'.repeat(32), salt: 'cd'.repeat(16), png: Uint8Array.of(1, 2, 3) }
  await changeOwnPicture(store, (own) => ({ ...own, picture: image, chosen_at: now }))
  await changeProgress(store, (known) => ({ ...known, proven_at: 7, done: { phrase: 5, install: 6 } }))
  const wish = { secret: newInvitationSecret(), uses: 2, note: 'for Carol', with_code: true, created_at: now }
  await keepInvitation(store, { ...wish, expires_at: now + 60 * minute })
  await storeUnopened(store, 'an id', { reason: 'undecryptable', received_at: now, message: { envelope: { v: 9 } } })
  return { store, storageKey, tag, deleted, waiting, sent }
}

let device: ReturnType<typeof fillDevice> | undefined
afterEach(() => device?.free())

describe('everything that a person has', () => {
  it('is the same on a new device: talk, people, decisions, drafts, and what must not be shown twice', async () => {
    const { store, storageKey, tag, deleted } = await usedDevice()
    const { file, report } = await exported(store, me, storageKey)
    expect(report.leftOut.size).toBe(0)
    const next = await freshStore(storageKey)
    const done = await imported(file, next, me, { sameKey: true })
    expect(done).toMatchObject({ leftOut: [], whole: true, file: report.tally.history, here: report.tally.history })
    expect(report.tally.history).toMatchObject({ conversations: 2, messages: 4 })
    expect(await readSummary(next, tag)).toMatchObject({
      conversation: { primary: bob.primary, handle: 'bob@kez.test', nostr: 'aa'.repeat(32), unread: 1 },
      draft: 'half a thought',
    })
    expect(await readMessages(next, tag, { count: 9 })).toMatchObject([
      { body: { text: 'hello' }, via: 'home', received_at: expect.any(Number) },
      { body: { text: 'sent' }, delivery: { state: 'delivered', via: 'home', delivered: { via: 'home' } } },
      { body: { text: 'waiting' } },
    ])
    expect(await readDraft(next, tag)).toEqual(await readDraft(store, tag))
    expect((await readDraft(next, tag)).reply?.from).toBe(me.primary)
    const blocked = await readSummary(next, conversationTag(next.rest, dave.primary))
    expect(blocked?.conversation.standing).toBe('blocked')
    expect(await readPerson(next, tag)).toMatchObject({ chain: { length: 2 }, read_at: now })
    expect(await readPerson(next, conversationTag(next.rest, me.primary))).toMatchObject({ read_at: now })
    expect(await readChoices(next)).toEqual({ confirmations: false, relays: ['wss://relay.test'] })
    expect(await readOwnPicture(next)).toEqual(await readOwnPicture(store))
    expect((await readOwnPicture(next)).picture?.png).toEqual(Uint8Array.of(1, 2, 3))
    expect(await readProgress(next)).toEqual({ done: { phrase: 5 }, proven_at: 7 })
    expect(await listUnopened(next)).toMatchObject([{ reason: 'undecryptable' }])
    expect(await listInvitations(next, now)).toMatchObject([{ note: 'for Carol', uses: 2, used: [] }])
    expect(await storeIncoming(next, deleted)).toEqual({ isNew: false })
    while (await indexOlder(next));
    const found = await searchMessages(next, parseQuery('hello'), { most: 5, signal: new AbortController().signal })
    expect(found).toHaveLength(1)
  })

  it('is exported from there with the same hash again', async () => {
    const { store, storageKey } = await usedDevice()
    const { file, report } = await exported(store, me, storageKey)
    const next = await freshStore(storageKey)
    await imported(file, next, me, { sameKey: true })
    expect((await exported(next, me, storageKey)).report.tally.history).toEqual(report.tally.history)
  })

  it('comes once, however often the file is taken in, and also where another storage key is', async () => {
    const { store, storageKey } = await usedDevice()
    const { file, report } = await exported(store, me, storageKey)
    for (const [key, sameKey] of [
      [storageKey, true],
      [randomBytes(32), false],
    ] as const) {
      const next = await freshStore(key)
      await imported(file, next, me, { sameKey })
      const again = await imported(file, next, me, { sameKey })
      expect(again).toMatchObject({ here: report.tally.history, leftOut: [] })
      expect(again.kinds.get('message')).toEqual({ fresh: 0, known: 4, leftOut: 0 })
      expect(await next.db.count('device')).toBeGreaterThan(0)
      expect(await next.db.getKey('device', 'moving')).toBeUndefined()
    }
  })

  it('comes also after what was interrupted half-way', async () => {
    const { store, storageKey } = await usedDevice()
    const { file, report } = await exported(store, me, storageKey)
    const next = await freshStore(storageKey)
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 8)
    await imported(file, next, me, { sameKey: true, signal: abort.signal }).catch(() => undefined)
    expect(await imported(file, next, me, { sameKey: true })).toMatchObject({ here: report.tally.history, whole: true })
    expect(await textsOf(next)).toEqual(['hello', 'sent', 'waiting'])
  })
})

describe('an edit that came before its message', () => {
  const written = textFrom(bob, me, 'helo', now - minute)
  const edit = createInner({
    ...{ from: bob.primary, fromHandle: 'bob@kez.test', to: me.primary, sentAt: now },
    body: editBody(written.id, 'hello'),
  })

  it('comes along, once, and is made when the message comes', async () => {
    const storageKey = randomBytes(32)
    const [store, next] = [await freshStore(storageKey), await freshStore()]
    await meet(store, bob.primary, 'bob@kez.test')
    await storeIncoming(store, await receivedBy(edit, bob, me))
    const { file, report } = await exported(store, me, storageKey)
    expect(report.leftOut.size).toBe(0)
    expect((await imported(file, next, me)).kinds.get('change')).toEqual({ fresh: 1, known: 0, leftOut: 0 })
    expect((await imported(file, next, me)).kinds.get('change')).toEqual({ fresh: 0, known: 1, leftOut: 0 })
    await storeIncoming(next, await receivedBy(written, bob, me))
    expect(await textsOf(next)).toEqual(['hello'])
  })

  it('is made at once where the message is already', async () => {
    const storageKey = randomBytes(32)
    const [store, next] = [await freshStore(storageKey), await freshStore()]
    await meet(store, bob.primary, 'bob@kez.test')
    await storeIncoming(store, await receivedBy(edit, bob, me))
    await storeIncoming(next, await receivedBy(written, bob, me))
    await imported((await exported(store, me, storageKey)).file, next, me)
    expect(await textsOf(next)).toEqual(['hello'])
  })
})

describe('a message that nothing has taken yet', () => {
  it('waits for the person on the new device, and goes out as the same message', async () => {
    const { store, storageKey, waiting } = await usedDevice()
    const next = await freshStore(storageKey)
    await imported((await exported(store, me, storageKey)).file, next, me, { sameKey: true })
    const tag = conversationTag(next.rest, bob.primary)
    const message = (await readMessages(next, tag, { count: 1 }))[0]
    expect(message?.delivery).toMatchObject({ state: 'failed', code: 'moved' })
    const courier = outgoingStore(next, new AbortController().signal)
    const going = async () => (await courier.entries()).map(([id]) => id)
    expect(await going()).not.toContain(waiting.message.inner.id)
    expect(await releaseOutgoing(next, message?.n ?? 0, now)).toBe(true)
    const record = (await next.db.getAll('outgoing')).map((row) => openOutgoing(next.rest, row).record)
    const same = record.find(({ inner_id: id }) => id === waiting.message.inner.id)
    expect(same).toMatchObject({ envelope: OutgoingRecord.parse(waiting.message.record).envelope })
    expect(await going()).toContain(waiting.message.inner.id)
  })
})

describe('a file in parts', () => {
  it('comes along with all its bytes, and is sent on only when the person says so', async () => {
    const { store, storageKey, tag } = await usedDevice()
    const { innerId } = await sendBigFile(store)
    const { file } = await exported(store, me, storageKey)
    for (const [key, sameKey] of [
      [storageKey, true],
      [randomBytes(32), false],
    ] as const) {
      const next = await freshStore(key)
      await imported(file, next, me, { sameKey })
      const there = sameKey ? tag : conversationTag(next.rest, bob.primary)
      const message = (await readMessages(next, there, { count: 9 })).find(({ inner_id: id }) => id === innerId)
      expect(message?.delivery).toMatchObject({ state: 'failed', code: 'moved' })
      const kept = message && (await findFile(next, there, message))
      expect(kept && concat(...(await partsOf(kept)))).toEqual(data)
      expect(await openFiles(next)).toEqual([])
      expect(await resumeFile(next, (message && fileTagOf(next.rest, there, message)) ?? '', now)).toBe(true)
      expect(await openFiles(next)).toMatchObject([{ file: { shipment: { sent_at: now } } }])
    }
  })
})

describe('a device that has talk of its own', () => {
  it('gets what it does not have, each message in its place, and keeps what was decided here', async () => {
    const storageKey = randomBytes(32)
    const laptop = await freshStore(storageKey)
    const phone = await freshStore()
    await meet(laptop, bob.primary, 'bob@kez.test')
    const tag = await meet(phone, bob.primary, 'bob@kez.test')
    const times = [1, 2, 3, 4, 5].map((n) => textFrom(bob, me, `m${n}`, now - (10 - n) * minute))
    const both = await Promise.all(times.map((inner) => receivedBy(inner, bob, me)))
    const at = async (store: Store, index: number) => {
      const opened = both[index]
      if (opened) await storeIncoming(store, opened)
    }
    for (const i of [0, 2, 3]) await at(laptop, i)
    for (const i of [1, 2, 4]) await at(phone, i)
    const [, , last] = await phone.db.getAllKeysFromIndex('messages', 'conversation', tag)
    await markRead(phone, tag, (last ?? 0) - 1)
    await mute(phone, tag, 'for_good')
    await writeDraft(phone, tag, { text: 'here' })
    const { file } = await exported(laptop, me, storageKey)
    const done = await imported(file, phone, me)
    expect(done.kinds.get('message')).toEqual({ fresh: 2, known: 1, leftOut: 0 })
    expect(done.here).toMatchObject({ conversations: 1, messages: 5 })
    expect(await textsOf(phone)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5'])
    expect(await readSummary(phone, tag)).toMatchObject({ conversation: { muted: true, unread: 1 }, draft: 'here' })
    const newest = (await readMessages(phone, tag, { count: 1 }))[0]
    expect((await readSummary(phone, tag))?.conversation.unread_from).toBe(newest?.n)
    for (const opened of both) expect(await storeIncoming(phone, opened)).toEqual({ isNew: false })
  })

  it('learns that a gap is filled', async () => {
    const storageKey = randomBytes(32)
    const [laptop, phone] = [await freshStore(storageKey), await freshStore()]
    const first = textFrom(bob, me, 'first', now - 3 * minute)
    const second = textFrom(bob, me, 'second', now - 2 * minute, innerHash(first))
    const third = textFrom(bob, me, 'third', now - minute, innerHash(second))
    const take = async (store: Store, inner: typeof first) => storeIncoming(store, await receivedBy(inner, bob, me))
    for (const inner of [first, second]) await take(laptop, inner)
    for (const inner of [first, third]) await take(phone, inner)
    const tag = conversationTag(phone.rest, bob.primary)
    expect((await readMessages(phone, tag, { count: 1 }))[0]?.gap).toBe(true)
    await imported((await exported(laptop, me, storageKey)).file, phone, me)
    expect((await readMessages(phone, tag, { count: 9 })).map(({ gap }) => gap)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('what is damaged', () => {
  it('costs one record, which is listed; all others are there', async () => {
    const { store, storageKey } = await usedDevice()
    const { file, report } = await exported(store, me, storageKey)
    const { records, history } = report.tally
    const problems = new Set<string>()
    for (let at = 512 + 700; at < file.length - 400; at += 811) {
      const next = await freshStore(storageKey)
      const done = await imported(
        file.map((byte, i) => (i === at ? byte ^ 1 : byte)),
        next,
        me,
        { sameKey: true },
      )
      expect(done.whole, `byte ${at}`).toBe(false)
      const listed = done.leftOut.filter((each) => each.type === 'file')
      expect(listed).toHaveLength(1)
      problems.add(listed[0]?.type === 'file' ? listed[0].problem.code : '')
      expect(done.here.messages).toBeGreaterThanOrEqual(history.messages - 1)
    }
    expect(records).toBeGreaterThan(10)
    expect([...problems].toSorted()).toEqual(expect.arrayContaining(['damaged']))
  })

  it('here is left out of the export and counted, and the rest goes along', async () => {
    const { store, storageKey, tag } = await usedDevice()
    const rows = await store.db.getAllFromIndex('messages', 'conversation', tag)
    await store.db.put('messages', { ...rows[0], conversation: tag, box: randomBytes(80) })
    const { report } = await exported(store, me, storageKey)
    expect([...report.leftOut]).toEqual([['message', 1]])
    expect(report.tally.history.messages).toBe(3)
  })

  it('costs a file, if it is a part of one, and the message says so', async () => {
    const { store, storageKey, tag } = await usedDevice()
    const { innerId } = await sendBigFile(store)
    const { file } = await exported(store, me, storageKey)
    const next = await freshStore(storageKey)
    const changed = file.map((byte, i) => (i === file.length - 60_000 ? byte ^ 1 : byte))
    const done = await imported(changed, next, me, { sameKey: true })
    expect(done.leftOut).toMatchObject([{ type: 'file', problem: { code: 'damaged' } }])
    const message = (await readMessages(next, tag, { count: 9 })).find(({ inner_id: id }) => id === innerId)
    expect(message?.file).toMatchObject({ state: 'damaged' })
    if (message) expect(await findFile(next, tag, message)).toBeUndefined()
    // Of a whole export the rest comes in later.
    await imported(file, next, me, { sameKey: true })
    expect(await next.db.count('file_parts')).toBe(await store.db.count('file_parts'))
  })
})

describe('what a newer version has written beside', () => {
  it('is listed by its kind and left out, and the rest comes in', async () => {
    const writer = await createExportWriter(exportPassphrase, quickKdf)
    const frames = [
      { kind: 'about', identity: me.primary },
      { kind: 'hologram', of: bob.primary },
      { kind: 'conversation', peer: bob.primary, unread: 0, created_at: 5, colour: 'blue' },
      { kind: 'conversation', peer: 'nobody', unread: 0, created_at: 5 },
    ].map((record) => writer.add(record))
    const store = await freshStore()
    const done = await imported(concat(writer.head, ...frames, writer.end().bytes), store, me)
    expect(done.leftOut).toEqual([
      { type: 'record', kind: 'hologram', index: 1, reason: 'newer' },
      { type: 'record', kind: 'conversation', index: 3, reason: 'malformed' },
    ])
    expect(await listSummaries(store)).toMatchObject([{ conversation: { primary: bob.primary } }])
  })
})

describe('a device without space', () => {
  it('says so, keeps what it has, and goes on when there is space', async () => {
    const { store, storageKey } = await usedDevice()
    const { file, report } = await exported(store, me, storageKey)
    const next = await freshStore(storageKey)
    device = fillDevice()
    const failed = await imported(file, next, me, { sameKey: true }).catch((error: unknown) => error)
    expect(isFull(failed)).toBe(true)
    device.free()
    expect(await listSummaries(next)).toEqual([])
    expect(await imported(file, next, me, { sameKey: true })).toMatchObject({ here: report.tally.history })
    expect(await readDraft(next, conversationTag(next.rest, bob.primary))).toMatchObject({ text: 'half a thought' })
  })
})
