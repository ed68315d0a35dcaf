import { bucketName, InboxRead, inboxReadKey, type PrimaryHex } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader } from '@kez-chat/eventlog/messages'
import type { Reads } from './decide.ts'

/** How far a person's clients have read, as the gateways have noted it. @throws {LogUnavailable} */
export type ReadsOf = (inbox: PrimaryHex) => Promise<Reads>

export const createReads = (jetstream: JetStream): ReadsOf => {
  const read = async (key: string): Promise<number> => {
    const query = { last_by_subj: `$KV.${bucketName.inboxReads}.${key}` }
    const stored = await readFromLeader(jetstream, `KV_${bucketName.inboxReads}`, query)
    return stored ? InboxRead.parse(JSON.parse(new TextDecoder().decode(stored.data))).through : 0
  }
  return async (inbox) => {
    const [asked, live] = await Promise.all([read(inboxReadKey.asked(inbox)), read(inboxReadKey.live(inbox))])
    return { asked, live }
  }
}
