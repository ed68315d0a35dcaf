import { randomBytes, toHex } from '@kez-chat/identity'
import { openDB } from 'idb'
import { describe, expect, it } from 'vitest'
import { freshStore } from '../../test/store.ts'
import { adoptAccount } from './account.ts'
import { createAtRest } from './at-rest.ts'
import { judgeStorage, writeCanary } from './canary.ts'
import { eraseDatabase, openDatabase, replaceAll, storeNames } from './database.ts'
import { sealFirstRecords } from './first-records.ts'
import { readProgress } from './progress.ts'
import { takeStock } from './stock.ts'

const account = { handle: 'alice', server: 'kez.test' }

describe('a half-wiped storage', () => {
  it('is not mistaken for a whole one, nor a whole one for it', async () => {
    const store = await freshStore()
    expect(await judgeStorage(store)).toBe('gone')
    await writeCanary(store, { account: false })
    expect(await judgeStorage(store)).toBe('sound')
    await adoptAccount(store, account)
    await writeCanary(store, { account: true })
    expect(await judgeStorage(store)).toBe('sound')
    await store.db.clear('account')
    expect(await judgeStorage(store)).toBe('gone')
  })

  it('whose messages outlived their conversations is noticed', async () => {
    const store = await freshStore()
    await writeCanary(store, { account: false })
    await store.db.add('messages', { conversation: 'a tag', box: randomBytes(40) })
    expect(await judgeStorage(store)).toBe('gone')
  })

  it('under another key is told apart', async () => {
    const store = await freshStore()
    await writeCanary(store, { account: false })
    expect(await judgeStorage({ ...store, rest: createAtRest(randomBytes(32)) })).toBe('foreign')
  })

  it('without a vault shows that something is left', async () => {
    const { db, rest } = await freshStore()
    expect(await takeStock(db)).toEqual({ vault: false, more: false })
    await writeCanary({ db, rest }, { account: false })
    expect(await takeStock(db)).toEqual({ vault: false, more: true })
  })
})

describe('a storage of the first version', () => {
  it('opens, and is not taken for a wiped one', async () => {
    const name = `test-${toHex(randomBytes(8))}`
    const first = await openDB(name, 1, {
      upgrade: (db) => {
        for (const store of storeNames.slice(0, storeNames.indexOf('biometrics'))) {
          db.createObjectStore(store)
        }
      },
    })
    await first.put('vault', { v: 1 }, 'vault')
    first.close()
    const db = await openDatabase(name)
    expect(await judgeStorage({ db, rest: createAtRest(randomBytes(32)) })).toBe('sound')
    expect(await db.get('vault', 'vault')).toEqual({ v: 1 })
  })
})

describe('a device', () => {
  it('gets a new identity in one step, and nothing of the last one stays', async () => {
    const { db, rest } = await freshStore()
    await adoptAccount({ db, rest }, account)
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
    const session = { key, nonce: randomBytes(12), ct: randomBytes(80), expires_at: 1 }
    await db.put('biometrics', { v: 1 }, 'webauthn')
    const storageKey = randomBytes(32)
    const first = sealFirstRecords(storageKey, { restored: true, phraseNoted: false }, 1_000)
    await replaceAll(db, { vault: { v: 1 }, session, ...first })
    expect([await db.count('account'), await db.count('biometrics')]).toEqual([0, 0])
    const store = { db, rest: createAtRest(storageKey) }
    expect(await judgeStorage(store)).toBe('sound')
    expect(await readProgress(store)).toEqual({ done: {}, restored_at: 1_000 })
  })

  it('knows from the first moment whether its owner has the words, and whether others may know them', async () => {
    const { db } = await freshStore()
    const storageKey = randomBytes(32)
    const { progress } = sealFirstRecords(storageKey, { restored: false, phraseNoted: true }, 1_000)
    await db.put('device', progress, 'progress')
    expect(await readProgress({ db, rest: createAtRest(storageKey) })).toEqual({ done: { phrase: 1_000 } })
  })

  it('that is forgotten has no database any more, and another tab lets go of it', async () => {
    const name = `test-${toHex(randomBytes(8))}`
    const told: string[] = []
    await openDatabase(name, { onTaken: (by) => told.push(by) })
    await eraseDatabase(await openDatabase(name))
    expect(told).toEqual(['deletion'])
    expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(name)
  })
})
