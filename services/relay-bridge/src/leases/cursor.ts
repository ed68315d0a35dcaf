import { bucketName, RelayCursor, relayLookBackHours } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { type Kept, keptValue } from './kept-value.ts'
import { relayKeyOf } from './relay-key.ts'

/** Seconds. */
export const lookBack = relayLookBackHours * 3_600

/** From where a relay has to be read again. */
export type Cursor = {
  /** `created_at`, unix seconds. */
  readonly since: number
  /**
   * Moves it on, never back; false when a later owner of the relay has been at it: then this one is not the owner any more.
   * @throws {LogUnavailable}
   */
  advance(since: number): Promise<boolean>
}

export type CursorOptions = {
  readonly jetstream: JetStream
  readonly url: string
  /** Of the lease under which it is written. */
  readonly epoch: number
  /** Unix seconds. */
  readonly now: number
}

const writeWithin = 5_000

/**
 * Opens the cursor of a relay under a lease; at first sight it is 48 h back. Opening writes it, so that whoever had it
 * under an earlier epoch can move it no more, also after a long pause: its next write is over a revision that is gone.
 * Undefined when a later epoch has it.
 * @throws {LogUnavailable}
 */
export const openCursor = async ({ jetstream, url, epoch, now }: CursorOptions): Promise<Cursor | undefined> => {
  const entry = keptValue(jetstream, {
    bucket: bucketName.relayCursors,
    key: relayKeyOf(url),
    schema: RelayCursor,
    timeout: writeWithin,
  })

  /** Writes over what is there unless that is of a later epoch. */
  const write = async (since: number, over: Kept<RelayCursor> | undefined): Promise<Kept<RelayCursor> | undefined> => {
    for (let found = over; ; found = await entry.read()) {
      if (found && found.value.epoch > epoch) return undefined
      const value = { url, epoch, since: Math.max(since, found?.value.since ?? 0) }
      const revision = await entry.write(value, found?.revision ?? 0)
      if (revision !== undefined) return { value, revision }
    }
  }

  const found = await entry.read()
  let current = await write(found?.value.since ?? Math.max(0, now - lookBack), found)
  if (!current) return undefined
  let { since } = current.value
  return {
    get since() {
      return since
    },
    advance: async (to) => {
      if (!current) return false
      if (to <= since) return true
      current = await write(to, current)
      if (current) since = current.value.since
      return current !== undefined
    },
  }
}
