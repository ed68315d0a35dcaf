import type { PrimaryHex } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import type { BucketEntry } from '@kez-chat/eventlog/messages'
import { createCatchUp } from './catch-up.ts'
import { createTransportKeys } from './transport-keys.ts'

/** A registered person, as the home relay knows them. */
export type Person = {
  /** The address in `q` tags. */
  readonly address: string
  /** Whose inbox it is. */
  readonly inbox: PrimaryHex
}

/** Who is registered, in memory. */
export type People = {
  byAddress(address: string): Person | undefined
  /** The person to whom a transport key is bound (protocol §2). */
  byTransportKey(key: string): Person | undefined
  /** Waits for whoever registered, or bound a key, until now. Never fails. */
  catchUp(): Promise<void>
}

/**
 * @param inboxOf the inbox behind an address, as the bridge's own table has it
 * @returns also what takes in each entry of the directory
 */
export const createPeople = (
  jetstream: JetStream,
  inboxOf: (address: string) => PrimaryHex | undefined,
): People & { take(entry: BucketEntry): void } => {
  const keys = createTransportKeys()
  const { took, catchUp } = createCatchUp(jetstream)

  const byAddress = (address: string): Person | undefined => {
    const inbox = inboxOf(address)
    return inbox === undefined ? undefined : { address, inbox }
  }
  return {
    byAddress,
    byTransportKey: (key) => {
      const address = keys.addressOf(key)
      return address === undefined ? undefined : byAddress(address)
    },
    catchUp,
    take: (entry) => {
      keys.put(entry)
      took(entry.seq)
    },
  }
}
