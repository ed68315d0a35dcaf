import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader, StoreRefused, storeMessage, wrongLastSequence } from '@kez-chat/eventlog/messages'
import type { z } from 'zod'

export type Kept<T> = { value: T; revision: number }

/** One key of a KV bucket, read from the leader and written only over the revision that the writer has seen. */
export type KeptValue<T> = {
  /** @throws {LogUnavailable} */
  read(): Promise<Kept<T> | undefined>
  /**
   * Writes over `revision` (0 = nothing there). Returns the new one, or undefined when the value has another by now.
   * @throws {LogUnavailable} whether it is written is not known
   */
  write(value: T, revision: number): Promise<number | undefined>
}

export const keptValue = <S extends z.ZodType>(
  jetstream: JetStream,
  { bucket, key, schema, timeout }: { bucket: string; key: string; schema: S; timeout: number },
): KeptValue<z.output<S>> => {
  const subject = `$KV.${bucket}.${key}`
  return {
    read: async () => {
      const stored = await readFromLeader(jetstream, `KV_${bucket}`, { last_by_subj: subject })
      return stored && { value: schema.parse(JSON.parse(new TextDecoder().decode(stored.data))), revision: stored.seq }
    },
    write: async (value, revision) => {
      try {
        const options = { expectedLastSeq: revision, timeout }
        return (await storeMessage(jetstream.nc, subject, JSON.stringify(value), options)).seq
      } catch (error) {
        if (error instanceof StoreRefused && error.code === wrongLastSequence) return undefined
        throw error
      }
    },
  }
}
