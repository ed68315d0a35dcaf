import type { Bytes } from '@kez-chat/identity'
import type { Database, Schema } from '../storage/database.ts'
import { isFull } from '../storage/errors.ts'
import { transact } from '../storage/transact.ts'
import type { Secrets } from '../vault/vault.ts'

const lifetime = 30 * 24 * 60 * 60_000

type SessionRecord = Schema['session']['value']

const sealSession = async (key: CryptoKey, secrets: Bytes): Promise<SessionRecord> => {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const ct = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, secrets))
  return { key, nonce, ct, expires_at: Date.now() + lifetime }
}

/** What stays open between visits: enough to read and write, not the recovery phrase. */
export type OpenSecrets = Pick<Secrets, 'seed' | 'storageKey'>

/** What keeps the app unlocked for 30 days of absence, under a key that no script can read out (protocol §6). */
export const newSessionRecord = async ({ seed, storageKey }: OpenSecrets): Promise<SessionRecord> => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  // Written out, so that the first page does not have to load everything about identities for one function.
  return sealSession(key, Uint8Array.of(...seed, ...storageKey))
}

export const rememberSession = async (db: Database, secrets: OpenSecrets): Promise<void> => {
  await db.put('session', await newSessionRecord(secrets), 'session')
}

/** The remembered session, if there is one and it has not run out; its 30 days begin anew. */
export const restoreSession = async (db: Database, now = Date.now()): Promise<OpenSecrets | undefined> => {
  const record = await db.get('session', 'session')
  if (!record) return undefined
  const secrets = record.expires_at > now ? await decrypt(record) : undefined
  if (secrets?.length !== 64) {
    await forgetSession(db)
    return undefined
  }
  await renew(db, await sealSession(record.key, secrets))
  return { seed: secrets.slice(0, 32), storageKey: secrets.slice(32) }
}

const renew = async (db: Database, record: SessionRecord): Promise<void> => {
  try {
    await transact(db, ['session'], async (tx) => {
      const session = tx.objectStore('session')
      // Another tab may have locked meanwhile: a forgotten session stays forgotten.
      if ((await session.getKey('session')) !== undefined) await session.put(record, 'session')
    })
  } catch (error) {
    // On a full disk the session ends a little earlier, and that is all.
    if (!isFull(error)) throw error
  }
}

const decrypt = async ({ key, nonce, ct }: { key: CryptoKey; nonce: Bytes; ct: Bytes }): Promise<Bytes | undefined> => {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, ct))
  } catch {
    // A session that does not open is no session: the passphrase always works.
    return undefined
  }
}

export const forgetSession = async (db: Database): Promise<void> => {
  await db.delete('session', 'session')
}
