import { createHmac, hkdfSync } from 'node:crypto'
import type { PrimaryHex } from '@kez-chat/contracts'

/** What the broker calls the connections of a person: the same at every login, telling nothing to who lacks the key. */
export type AuditId = (primary: PrimaryHex) => string

/** @param issuerSeed the secret that all responders of a server share */
export const createAuditId = (issuerSeed: string): AuditId => {
  const key = Buffer.from(hkdfSync('sha256', issuerSeed, '', 'kez-chat-audit-v1', 32))
  return (primary) => `p-${createHmac('sha256', key).update(primary).digest('hex').slice(0, 24)}`
}
