import { expect, it } from 'vitest'
import { freshStore } from '../../test/store.ts'
import { readTelling, readWish, writeTelling, writeWish } from './notifications.ts'

it('keeps what is wanted sealed, and wants nothing at first', async () => {
  const store = await freshStore()
  expect(await readWish(store)).toEqual({ wanted: false })
  await writeWish(store, { wanted: true })
  expect(await readWish(store)).toEqual({ wanted: true })
  const box = await store.db.get('device', 'notifications')
  expect(new TextDecoder('latin1').decode(box)).not.toContain('wanted')
})

it('rings and says nothing of what is written until that is wanted otherwise, and keeps the choice sealed', async () => {
  const store = await freshStore()
  expect(await readTelling(store)).toEqual({ sound: true, previews: false })
  await writeTelling(store, { sound: false, previews: true })
  expect(await readTelling(store)).toEqual({ sound: false, previews: true })
  const box = await store.db.get('device', 'telling')
  expect(new TextDecoder('latin1').decode(box)).not.toContain('previews')
})
