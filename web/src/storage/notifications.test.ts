import { expect, it } from 'vitest'
import { freshStore } from '../../test/store.ts'
import { readWish, writeWish } from './notifications.ts'

it('keeps what is wanted sealed, and wants nothing at first', async () => {
  const store = await freshStore()
  expect(await readWish(store)).toEqual({ wanted: false })
  await writeWish(store, { wanted: true })
  expect(await readWish(store)).toEqual({ wanted: true })
  const box = await store.db.get('device', 'notifications')
  expect(new TextDecoder('latin1').decode(box)).not.toContain('wanted')
})
