import type { Database } from './database.ts'

/** What a locked storage shows: whether there is a vault, and whether anything else is. */
export const takeStock = async (db: Database): Promise<{ vault: boolean; more: boolean }> => {
  const tx = db.transaction(['vault', 'account', 'conversations', 'messages', 'biometrics', 'device'])
  const counts = await Promise.all([
    tx.objectStore('account').count(),
    tx.objectStore('conversations').count(),
    tx.objectStore('messages').count(),
    tx.objectStore('biometrics').count(),
    tx.objectStore('device').count(),
  ])
  const vault = (await tx.objectStore('vault').getKey('vault')) !== undefined
  return { vault, more: counts.some((count) => count > 0) }
}
