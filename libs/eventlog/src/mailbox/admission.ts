import { DomainError, type PrimaryHex } from '@kez-chat/contracts'
import type { Usage } from './usage.ts'

/** Token buckets by mailbox, as `@kez-chat/runtime` has them. */
export type Budget = {
  take(key: string, cost?: number): { ok: true } | { ok: false; retryAfter: number }
  giveBack(key: string, cost?: number): void
}

export type AdmissionOptions = {
  usage: Usage
  /** Messages and bytes that one mailbox takes per hour, whoever sends them. */
  hourlyMessages: Budget
  hourlyBytes: Budget
  /** A message was refused because its recipient got too many within the hour. */
  onBusy(): void
  /** A message was refused because there is no room: in the person's mailbox, or in the whole stream. */
  onFull(primary: PrimaryHex, what: 'bytes' | 'messages' | 'stream'): void
}

/** Room that a message holds from before it is stored. `cancel` gives it back when it was not, or not again. */
export type Reservation = { cancel(): void }

/** Lets messages into mailboxes within their budgets, so that a stranger can neither evict nor bury (architecture §3). */
export const createAdmission = ({ usage, hourlyMessages, hourlyBytes, onBusy, onFull }: AdmissionOptions) => {
  const busy = (retryAfter: number): DomainError => {
    onBusy()
    return new DomainError('rate_limited', 'this mailbox takes no more messages for now', { retryAfter })
  }

  const full = (primary: PrimaryHex, what: 'bytes' | 'messages' | 'stream'): DomainError => {
    onFull(primary, what)
    const text = what === 'stream' ? 'the store of this server is full' : 'the mailbox of the recipient is full'
    return new DomainError('mailbox_full', text)
  }

  return {
    /** The refusal to answer with when JetStream itself says that there is no room. */
    full,

    /** @throws {DomainError} `rate_limited`, `mailbox_full` */
    reserve: async (primary: PrimaryHex, bytes: number): Promise<Reservation> => {
      const count = hourlyMessages.take(primary)
      if (!count.ok) throw busy(count.retryAfter)
      const size = hourlyBytes.take(primary, bytes)
      if (!size.ok) {
        hourlyMessages.giveBack(primary)
        throw busy(size.retryAfter)
      }
      const giveBack = (): void => {
        hourlyMessages.giveBack(primary)
        hourlyBytes.giveBack(primary, bytes)
      }
      let fits: boolean
      try {
        fits = await usage.reserve(primary, bytes)
      } catch (error) {
        giveBack()
        throw error
      }
      if (!fits) {
        giveBack()
        throw full(primary, 'bytes')
      }
      return {
        cancel: () => {
          giveBack()
          usage.release(primary, bytes)
        },
      }
    },
  }
}

export type Admission = ReturnType<typeof createAdmission>
