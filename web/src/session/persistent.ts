import { type Bytes, concat } from '@kez-chat/identity'
import type { Database } from '../storage/database.ts'
import type { Secrets } from '../vault/vault.ts'

const lifetime = 30 * 24 * 60 * 60_000

const keep = async (db: Database, key: CryptoKey, secrets: Uint8Array<ArrayBuffer>): Promise<void> => {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const ct = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, secrets))
  await db.put('session', { key, nonce, ct, expires_at: Date.now() + lifetime }, 'session')
}

/** What stays open between visits: enough to read and write, not the recovery phrase. */
export type OpenSecrets = Pick<Secrets, 'seed' | 'storageKey'>

/** Keeps the app unlocked for 30 days of absence, under a key that no script can read out (protocol §6). */
export const rememberSession = async (db: Database, { seed, storageKey }: OpenSecrets): Promise<void> => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await keep(db, key, concat(seed, storageKey))
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
  await keep(db, record.key, secrets)
  return { seed: secrets.slice(0, 32), storageKey: secrets.slice(32) }
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
