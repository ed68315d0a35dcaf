import { randomBytes } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { freshStore } from '../../test/store.ts'
import { forgetSession, rememberSession, restoreSession } from './persistent.ts'

const day = 24 * 60 * 60_000
const secrets = { seed: randomBytes(32), storageKey: randomBytes(32) }

describe('a remembered session', () => {
  it('opens again without a passphrase', async () => {
    const { db } = await freshStore()
    await rememberSession(db, secrets)
    expect(await restoreSession(db)).toEqual(secrets)
  })

  it('keeps its key where no script can read it out', async () => {
    const { db } = await freshStore()
    await rememberSession(db, secrets)
    const record = await db.get('session', 'session')
    expect(record?.key.extractable).toBe(false)
  })

  it('ends after 30 days of absence and leaves nothing', async () => {
    const { db } = await freshStore()
    await rememberSession(db, secrets)
    expect(await restoreSession(db, Date.now() + 31 * day)).toBeUndefined()
    expect(await db.count('session')).toBe(0)
  })

  it('begins its 30 days anew at each visit', async () => {
    const { db } = await freshStore()
    await rememberSession(db, secrets)
    const first = await db.get('session', 'session')
    await db.put('session', { ...first, expires_at: Date.now() + day } as NonNullable<typeof first>, 'session')
    await restoreSession(db)
    const second = await db.get('session', 'session')
    expect(second?.expires_at).toBeGreaterThan(Date.now() + 29 * day)
    expect(second?.nonce).not.toEqual(first?.nonce)
  })

  it('is gone once it is forgotten', async () => {
    const { db } = await freshStore()
    await rememberSession(db, secrets)
    await forgetSession(db)
    expect(await restoreSession(db)).toBeUndefined()
  })
})
