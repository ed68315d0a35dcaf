import {
  type ConsumerRequest,
  consumerName,
  type DirectoryEntry,
  DomainError,
  type InboxConsumer,
  inboxOwner,
  inboxStreamOf,
  inboxSubject,
} from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import type { Usage } from '@kez-chat/eventlog/mailbox'
import { ensureReader, type ReaderState, readerState, removeReader } from '@kez-chat/eventlog/messages'
import { cursorReset } from '../inbox/cursor-reset.ts'

export type ConsumersOptions = {
  readonly jetstream: JetStream
  readonly inboxStreams: number
  readonly perPerson: number
  readonly usage: Usage
}

/** Makes, shows and removes the pull consumers by which people's own programs read their inboxes. */
export const createConsumers = ({ jetstream, inboxStreams, perPerson, usage }: ConsumersOptions) => {
  const placeOf = (person: DirectoryEntry, slot: number) => {
    if (slot >= perPerson)
      throw new DomainError(
        'invalid',
        `a person has at most ${perPerson} consumers here, in the slots 0 to ${perPerson - 1}`,
      )
    const inbox = inboxOwner(person)
    return { slot, inbox, stream: inboxStreamOf(inbox, inboxStreams), name: consumerName(inbox, slot) }
  }

  const shown = ({ slot, inbox, stream, name }: ReturnType<typeof placeOf>, state: ReaderState): InboxConsumer => ({
    slot,
    stream,
    consumer: name,
    inbox,
    pending: state.pending,
    unacknowledged: state.unacknowledged,
    acknowledged_through: state.acknowledgedThrough,
  })

  return async (
    request: ConsumerRequest,
    person: DirectoryEntry,
  ): Promise<InboxConsumer | { slot: number; deleted: true }> => {
    const place = placeOf(person, request.slot)
    if (request.op === 'delete') {
      await removeReader(jetstream, place)
      return { slot: request.slot, deleted: true }
    }
    if (request.op === 'info') {
      const state = await readerState(jetstream, place)
      if (!state) throw new DomainError('not_found', 'there is no consumer in this slot; create it')
      return shown(place, state)
    }
    const { since = 0 } = request
    if (since > 0 && since > (await usage.look(place.inbox)).streamLastSeq) throw cursorReset()
    return shown(
      place,
      await ensureReader(jetstream, { ...place, subject: inboxSubject.stored(place.inbox), after: since }),
    )
  }
}
