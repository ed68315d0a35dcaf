import { DomainError, type PrimaryHex } from '@kez-chat/contracts'
import type { TokenBuckets } from '../limits/token-buckets.ts'
import type { Metrics } from '../metrics.ts'
import type { Usage } from './usage.ts'

export type AdmissionOptions = {
  usage: Usage
  /** Messages and bytes that one mailbox takes per hour, whoever sends them. */
  hourlyMessages: TokenBuckets
  hourlyBytes: TokenBuckets
  metrics: Metrics
  /** Somebody was refused because this person's mailbox is full. */
  onFull: (primary: PrimaryHex) => void
}

/** Room that a message holds from before it is stored. `cancel` gives it back when it was not, or not again. */
export type Reservation = { cancel(): void }

/** Lets messages into mailboxes within their budgets, so that a stranger can neither evict nor bury (architecture §3). */
export const createAdmission = ({ usage, hourlyMessages, hourlyBytes, metrics, onFull }: AdmissionOptions) => {
  const busy = (retryAfter: number): DomainError => {
    metrics.rateLimited.inc({ limit: 'mailbox' })
    return new DomainError('rate_limited', 'this mailbox takes no more messages for now', { retryAfter })
  }

  const full = (primary: PrimaryHex, what: 'bytes' | 'messages' | 'stream'): DomainError => {
    metrics.mailboxFull.inc({ what })
    if (what !== 'stream') onFull(primary)
    const text = what === 'stream' ? 'the store of this server is full' : 'the mailbox of the recipient is full'
    return new DomainError('mailbox_full', text)
  }

  return {
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
