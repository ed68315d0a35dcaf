import {
  type AcceptedMessage,
  DomainError,
  Handle,
  inboxMessageId,
  inboxOwner,
  inboxStreamOf,
  inboxSubject,
  type PostMessageBody,
  type PrimaryHex,
} from '@kez-chat/contracts'
import type { Directory } from '@kez-chat/directory'
import { type JetStream, LogUnavailable } from '@kez-chat/eventlog'
import type { Admission } from '@kez-chat/eventlog/mailbox'
import { findStored, noRoom, readFromLeader, StoreRefused, storeMessage } from '@kez-chat/eventlog/messages'
import { inSpan, type Log, published } from '@kez-chat/runtime'
import { refusalOfInactive } from '../auth/owner.ts'
import type { Metrics } from '../metrics.ts'
import { messageOf, recordOf, type Sealed } from './record.ts'

export type AcceptOptions = {
  jetstream: JetStream
  directory: Directory
  admission: Admission
  server: string
  inboxStreams: number
  metrics: Metrics
  log: Log
}

/** How a message came: over HTTP, or over the sender's own connection to NATS. */
export type Way = 'http' | 'nats'

const storeWithin = 8_000

/** Puts messages into inboxes. What it returns is on disk: only JetStream's acknowledgement makes it return. */
export const createAccept = ({
  jetstream,
  directory,
  admission,
  server,
  inboxStreams,
  metrics,
  log,
}: AcceptOptions) => {
  const recipient = async (to: string): Promise<PrimaryHex> => {
    const [name = '', ...domain] = to.split('@')
    if (domain.length > 0 && domain.join('@') !== server)
      throw new DomainError('wrong_server', 'the recipient lives on another server; post the message there')
    const handle = Handle.safeParse(name)
    const entry = handle.success ? await directory.byHandle(handle.data) : undefined
    if (!entry) throw new DomainError('not_found', 'nobody has this handle here')
    if (entry.status !== 'active') throw refusalOfInactive(entry)
    return inboxOwner(entry)
  }

  /** The answer that a message got when it came for the first time. */
  const asBefore = async (
    primary: PrimaryHex,
    { id, receivedAt }: Sealed,
    seq: number,
    way: Way,
  ): Promise<AcceptedMessage> => {
    metrics.accepted.inc({ way, outcome: 'duplicate' })
    const stored = await readFromLeader(jetstream, inboxStreamOf(primary, inboxStreams), { seq })
    // Its owner may have freed it since; then the first time is not known any more.
    return { id, seq, accepted_at: (stored && messageOf(stored)?.received_at) ?? receivedAt }
  }

  const refusal = (error: unknown, primary: PrimaryHex): unknown => {
    if (error instanceof LogUnavailable)
      return new DomainError('unavailable', 'the message could not be stored in time; send it again', {
        cause: error,
        retryAfter: 1,
      })
    if (!(error instanceof StoreRefused)) return error
    if (error.code === noRoom && error.message.includes('per subject')) return admission.full(primary, 'messages')
    log.error({ code: error.code, reason: error.message }, 'an inbox stream refuses messages')
    if (error.code === noRoom && /^maximum (bytes|messages) exceeded/.test(error.message))
      return admission.full(primary, 'stream')
    return new DomainError('unavailable', 'the message could not be stored; send it again later', { retryAfter: 5 })
  }

  return async ({ to, envelope, wake = true }: PostMessageBody, way: Way): Promise<AcceptedMessage> => {
    const primary = await recipient(to)
    const sealed = recordOf(envelope, wake, Date.now())
    const [subject, messageId] = [inboxSubject.stored(primary), inboxMessageId(primary, sealed.id)]
    try {
      const reservation = await admission.reserve(primary, sealed.data.length)
      const stopTimer = metrics.store.startTimer()
      const stored = await inSpan(published(subject), async ({ traceparent, set }) => {
        const options = { id: messageId, timeout: storeWithin, traceparent }
        const at = await storeMessage(jetstream.nc, subject, sealed.data, options)
        set({ 'kez.outcome': at.duplicate ? 'duplicate' : 'new' })
        return at
      })
        .catch((error: unknown) => {
          reservation.cancel()
          throw error
        })
        .finally(stopTimer)
      if (stored.duplicate) {
        reservation.cancel()
        return await asBefore(primary, sealed, stored.seq, way)
      }
      metrics.accepted.inc({ way, outcome: 'new' })
      return { id: sealed.id, seq: stored.seq, accepted_at: sealed.receivedAt }
    } catch (error) {
      // A retry of what is already in a mailbox gets its answer, however full the mailbox has become.
      if (error instanceof DomainError) {
        const stored = await findStored(jetstream.nc, subject, messageId).catch(() => undefined)
        if (stored) return asBefore(primary, sealed, stored.seq, way)
      }
      throw refusal(error, primary)
    }
  }
}

export type Accept = ReturnType<typeof createAccept>
