import { afterEach, describe, expect, it } from 'vitest'
import { fillDevice } from '../../test/full-device.ts'
import { freshStore } from '../../test/store.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const cursorOf = ({ db }: Store): Promise<number | undefined> => db.get('cursor', 'inbox')

let device: ReturnType<typeof fillDevice> | undefined
afterEach(() => device?.free())

describe('a transaction', () => {
  it('is stored when it comes back, with what the work has answered', async () => {
    const store = await freshStore()
    const answer = await transact(store.db, ['cursor'], async (tx) => {
      await tx.objectStore('cursor').put(7, 'inbox')
      return 'done'
    })
    expect([answer, await cursorOf(store)]).toEqual(['done', 7])
  })

  it('leaves nothing behind when the work fails after a part of it', async () => {
    const store = await freshStore()
    const failing = transact(store.db, ['cursor'], async (tx) => {
      await tx.objectStore('cursor').put(7, 'inbox')
      throw new TypeError('the next record is damaged')
    })
    await expect(failing).rejects.toThrow('the next record is damaged')
    expect(await cursorOf(store)).toBeUndefined()
  })

  it('says that there was no space, also when that shows in another request', async () => {
    const store = await freshStore()
    device = fillDevice()
    const plain = transact(store.db, ['cursor'], async (tx) => {
      await tx.objectStore('cursor').put(7, 'inbox')
    })
    await expect(plain).rejects.toMatchObject({ name: 'QuotaExceededError' })
    const later = transact(store.db, ['cursor'], async (tx) => {
      const cursor = tx.objectStore('cursor')
      cursor.put(7, 'inbox').catch(() => undefined)
      await cursor.get('inbox')
      await cursor.get('inbox')
    })
    await expect(later).rejects.toMatchObject({ name: 'QuotaExceededError' })
    device.free()
    expect(await cursorOf(store)).toBeUndefined()
  })

  it('fails when it is broken off after the work', async () => {
    const store = await freshStore()
    const ending = transact(store.db, ['cursor'], async (tx) => {
      await tx.objectStore('cursor').put(7, 'inbox')
      tx.abort()
    })
    await expect(ending).rejects.toMatchObject({ name: 'AbortError' })
    expect(await cursorOf(store)).toBeUndefined()
  })
})
