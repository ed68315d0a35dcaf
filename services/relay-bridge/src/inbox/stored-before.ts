import { createHash } from 'node:crypto'
import { bucketName } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader, storeMessage } from '@kez-chat/eventlog/messages'

/** Messages that were stored within the look-back, by their `Nats-Msg-Id`, whichever replica stored them. */
export type StoredBefore = {
  /** @throws {LogUnavailable} */
  has(messageId: string): Promise<boolean>
  /** @throws {LogUnavailable} */
  add(messageId: string): Promise<void>
}

const stream = `KV_${bucketName.relaySeen}`

const subjectOf = (messageId: string): string =>
  `$KV.${bucketName.relaySeen}.${createHash('sha256').update(messageId).digest('hex')}`

/** A bucket whose entries outlive the look-back, for streams whose duplicate window is shorter than that. */
export const createStoredBefore = (jetstream: JetStream): StoredBefore => ({
  has: async (messageId) =>
    (await readFromLeader(jetstream, stream, { last_by_subj: subjectOf(messageId) })) !== undefined,
  add: async (messageId) => {
    await storeMessage(jetstream.nc, subjectOf(messageId), '')
  },
})
