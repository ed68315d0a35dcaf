import type { PrimaryHex } from '@kez-chat/contracts'
import { MessageError } from '@kez-chat/messaging'
import {
  addressOfEvent,
  checkEventTime,
  isEventShape,
  type NostrEvent,
  parseNostrEvent,
} from '@kez-chat/messaging/nostr'
import type { AddressTable } from '../addresses/address-table.ts'

/** What the cheap checks say of an event of a relay. */
export type Judged =
  | { verdict: 'ours'; event: NostrEvent; inbox: PrimaryHex }
  /** For nobody here. */
  | { verdict: 'not_ours'; createdAt: number }
  /** Its author's doing: a relay may well carry it. */
  | { verdict: 'malformed' | 'stale'; createdAt: number }
  /** No relay that keeps to NIP-01 sends it. */
  | { verdict: 'junk' }

const stale: readonly string[] = ['too_old', 'too_new', 'expired']

/** Everything that can be said of an event without hashing it: shape, size, kind, address, age. */
export const judgeEvent = (value: unknown, table: AddressTable, now: number): Judged => {
  if (!isEventShape(value)) return { verdict: 'junk' }
  const { created_at: createdAt } = value
  try {
    const event = parseNostrEvent(value)
    const inbox = table.find(addressOfEvent(event))
    if (inbox === undefined) return { verdict: 'not_ours', createdAt }
    checkEventTime(event, now)
    return { verdict: 'ours', event, inbox }
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    if (error.code === 'wrong_kind') return { verdict: 'junk' }
    return { verdict: stale.includes(error.code) ? 'stale' : 'malformed', createdAt }
  }
}
