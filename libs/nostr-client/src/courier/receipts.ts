import type { PrimaryId } from '@kez-chat/identity'
import { type AckStanding, checkHomeAck, MessageError, type OpenedMessage } from '@kez-chat/messaging'
import { checkAckEvent, type NostrEvent, readAckEvent } from '@kez-chat/messaging/nostr'
import type { Contacts } from '../contact.ts'
import type { RouteName } from '../routes/route.ts'
import type { Timing } from '../timing.ts'
import type { Outgoing } from './outgoing.ts'
import type { OutgoingRecord } from './outgoing-record.ts'

export interface ReceiptsOptions {
  readonly own: PrimaryId
  readonly outgoing: Outgoing
  readonly contacts: Contacts
  /** Until when acknowledgements without a signature are hints, RFC 3339; unset = never. */
  readonly migrationUntil: string | undefined
  readonly timing: Timing
  readonly onChange: (record: OutgoingRecord) => void
}

/** Acknowledgements that came: only a verified one, by the very person the message went to, makes it delivered. */
export const createReceipts = (options: ReceiptsOptions) => {
  const { outgoing, timing } = options

  const settle = async (innerId: string, via: RouteName, standing: AckStanding): Promise<void> => {
    const known = outgoing.get(innerId)
    if (!known || known.delivered || (standing === 'unverified' && known.hinted)) return
    const news = standing === 'verified' ? { delivered: { at: timing.now(), via } } : { hinted: true }
    const record = await outgoing.update(innerId, (before) => ({ ...before, ...news }))
    if (record) options.onChange(record)
  }

  return {
    /**
     * An event of kind 4244. One for an event that is none of ours is no error: it may be of another device.
     * @throws MessageError why it is not believed
     */
    byEvent: async (event: NostrEvent): Promise<void> => {
      const record = outgoing.byEvent(readAckEvent(event).eventId)
      if (!record) return
      const nostr = (await options.contacts.find(record.to))?.nostr
      const { migrationUntil } = options
      const standing = checkAckEvent(event, {
        ...{ eventIds: record.events.flatMap(({ ids }) => ids), own: options.own, peer: record.to, now: timing.now() },
        ...(nostr === undefined ? {} : { peerTransportKey: nostr }),
        ...(migrationUntil === undefined ? {} : { migrationUntil }),
      })
      await settle(record.inner_id, 'relay', standing)
    },
    /**
     * A message whose body acknowledges.
     * @throws MessageError why it is not believed
     */
    byBody: async (opened: Pick<OpenedMessage, 'inner' | 'body'>): Promise<void> => {
      if (opened.body.type !== 'kez-ack-v1') throw new MessageError('wrong_kind', 'not an acknowledgement')
      const record = outgoing.get(opened.body.inner_id)
      if (!record) return
      const standing = checkHomeAck(opened, { innerId: record.inner_id, peer: record.to })
      await settle(record.inner_id, 'home', standing)
    },
  }
}

export type Receipts = ReturnType<typeof createReceipts>
