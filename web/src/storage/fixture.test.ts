import { readFileSync } from 'node:fs'
import { fromBase64url, fromHex, isRecord, parsePrimary } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { freshStore, readMessages } from '../../test/store.ts'
import { readAccount } from './account.ts'
import { conversationTag } from './conversation.ts'
import { listSummaries } from './conversations.ts'
import { storeNames } from './database.ts'
import { readDraft } from './draft.ts'
import { readCursor } from './incoming.ts'
import { migrateOutbox } from './migrate-outbox.ts'
import { openOutgoing, releaseOutgoing } from './outgoing.ts'
import { outgoingStore } from './record-store.ts'
import type { Store } from './store.ts'
import { listUnopened } from './unopened.ts'

type Row = { key: string | number; value: unknown }
type Fixture = { storage_key: string; bob: string; stores: Partial<Record<(typeof storeNames)[number], Row[]>> }

const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/v0.1/web-storage.json', import.meta.url), 'utf8'),
)

const decode = (value: unknown): unknown => {
  if (!isRecord(value)) return value
  if (typeof value.base64url === 'string') return fromBase64url(value.base64url, 100_000)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decode(member)]))
}

const restored = async (): Promise<Store> => {
  const store = await freshStore(fromHex(fixture.storage_key, 32))
  for (const name of storeNames) {
    const tx = store.db.transaction(name, 'readwrite')
    for (const { key, value } of fixture.stores[name] ?? []) {
      const target: { keyPath: unknown; put(record: unknown, at?: IDBValidKey): Promise<unknown> } = tx.store as never
      await (target.keyPath === null ? target.put(decode(value), key) : target.put(decode(value)))
    }
    await tx.done
  }
  return store
}

describe('what version 0.1 has stored', () => {
  it('is still read: account, people, messages and how far they got, outbox, draft, cursor', async () => {
    const store = await restored()
    const bob = parsePrimary(fixture.bob)
    const tag = conversationTag(store.rest, bob)
    expect(await readAccount(store)).toEqual({ handle: 'alice', server: 'kez.test' })
    expect(await listSummaries(store)).toMatchObject([
      { conversation: { tag, primary: bob, handle: 'bob@kez.test', unread: 1 }, last: { body: { text: 'waiting' } } },
    ])
    expect(await readMessages(store, tag, { count: 10 })).toMatchObject([
      { body: { type: 'text', text: 'grüße, 世界 👋' }, at: Date.parse('2026-01-01T10:00:00Z') },
      { body: { text: 'sent' }, delivery: { state: 'sent' } },
      { body: { text: 'refused' }, delivery: { state: 'failed', code: 'mailbox_full' } },
      { body: { text: 'waiting' }, delivery: { state: 'sending' } },
    ])
    expect(await listUnopened(store)).toMatchObject([{ reason: 'undecryptable' }])
    expect(await readDraft(store, tag)).toEqual({ text: 'half a thought' })
    expect(await readCursor(store)).toBe(42)
  })
  it('still goes out: what waited is handed to the courier with its very envelope, what was refused when it is tried again', async () => {
    const store = await restored()
    const bob = parsePrimary(fixture.bob)
    const tag = conversationTag(store.rest, bob)
    const [before] = await store.db.getAll('outbox')
    expect(await store.db.count('outbox')).toBe(2)
    await migrateOutbox(store)
    await migrateOutbox(store)
    expect(await store.db.count('outbox')).toBe(0)
    const known = await readMessages(store, tag, { count: 10 })
    const [refused, waiting] = known.slice(2)
    const rows = (await store.db.getAll('outgoing')).map((row) => openOutgoing(store.rest, row))
    expect(rows).toHaveLength(2)
    expect(before).toBeDefined()
    const courier = outgoingStore(store, new AbortController().signal)
    expect(await courier.entries()).toMatchObject([
      [waiting?.inner_id, { to: bob, envelope: { v: 2 }, home: { state: 'waiting' }, relay: { state: 'waiting' } }],
    ])
    const then = Date.parse('2026-01-02T00:00:00Z')
    expect(await releaseOutgoing(store, refused?.n ?? 0, then)).toBe(true)
    expect((await courier.news()).fresh).toMatchObject([{ inner_id: refused?.inner_id }])
    expect((await readMessages(store, tag, { count: 10 }))[2]?.delivery).toEqual({ state: 'sending', at: then })
  })
})
