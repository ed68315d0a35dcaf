import type { NostrEvent } from '@kez-chat/messaging/nostr'

/** A stored event that was found; `event` is read again from its stream when it was not kept. */
export type Found = {
  id: string
  at: number
  stream: string
  seq: number
  /** Size as stored. */
  bytes: number
  event: NostrEvent | undefined
}

/** Events that wait in memory until their client reads, never more than `most` bytes for all clients together. */
export const createKeptEvents = (most = 64 * 1024 * 1024) => {
  let bytes = 0
  const take = (one: Found): NostrEvent | undefined => {
    const { event } = one
    if (event) bytes -= one.bytes
    one.event = undefined
    return event
  }
  return {
    /** Of what finds no room only the place remains. Each is taken or dropped later. */
    keep: (found: readonly Found[]): void => {
      for (const one of found) {
        if (bytes + one.bytes > most) one.event = undefined
        if (one.event) bytes += one.bytes
      }
    },
    take,
    drop: (found: readonly Found[]): void => {
      for (const one of found) take(one)
    },
    get bytes() {
      return bytes
    },
  }
}

export type KeptEvents = ReturnType<typeof createKeptEvents>
