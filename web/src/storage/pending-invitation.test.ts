import 'fake-indexeddb/auto'
import { randomBytes, toHex } from '@kez-chat/identity'
import { expect, it } from 'vitest'
import { openDatabase, replaceAll } from './database.ts'
import { dropPending, keepPending, readPending } from './pending-invitation.ts'
import { takeStock } from './stock.ts'

const fresh = () => openDatabase(`test-${toHex(randomBytes(8))}`)
const link = `#/invite/alice/${'A'.repeat(22)}/${'B'.repeat(21)}A`
const day = 24 * 60 * 60_000

it('an invitation waits unread for the identity that is made for it, and does not count as something of an earlier one', async () => {
  const db = await fresh()
  expect(await readPending(db)).toBeUndefined()
  await keepPending(db, { link, code: 'C'.repeat(22) })
  expect(await takeStock(db)).toEqual({ vault: false, more: false })
  const raw = JSON.stringify(await db.getAll('pending'), (_name, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
  )
  expect(raw).not.toContain('alice')
  await replaceAll(db, { vault: {}, session: {} as never, canary: randomBytes(8), progress: randomBytes(8) })
  expect(await readPending(db)).toEqual({ link, code: 'C'.repeat(22) })
  await dropPending(db)
  expect(await readPending(db)).toBeUndefined()
})

it('the last one counts, for a week', async () => {
  const db = await fresh()
  await keepPending(db, { link: '#/join/x' })
  await keepPending(db, { link }, Date.now() - 6 * day)
  expect(await readPending(db)).toEqual({ link })
  await keepPending(db, { link }, Date.now() - 8 * day)
  expect(await readPending(db)).toBeUndefined()
  expect(await db.count('pending')).toBe(0)
})
