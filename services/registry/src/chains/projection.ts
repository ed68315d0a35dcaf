import { type ChainEventAppended, streamName } from '@kez-chat/contracts'
import type { Projection } from '@kez-chat/eventlog/postgres'
import { readChainEvent } from './read-chain-event.ts'
import type { ChainTables } from './tables.ts'

/** How each sigchain stands, as rows; the events themselves are in the archive beside. */
export const chainsProjection: Projection<ChainEventAppended, ChainTables> = {
  name: 'chains',
  stream: streamName.chains,
  decode: readChainEvent,
  apply: async (events, trx) => {
    const last = new Map(events.map((recorded) => [recorded.event.primary, recorded]))
    const values = [...last.values()].map(({ event, seq }) => ({
      primary_id: event.primary,
      length: event.seq + 1,
      bytes: event.bytes,
      hash: event.hash,
      status: event.status,
      rotated_to: event.rotated_to ?? null,
      appended_at: event.at,
      seq,
    }))
    if (values.length === 0) return
    await trx
      .insertInto('chains')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('primary_id').doUpdateSet(({ ref }) => ({
          length: ref('excluded.length'),
          bytes: ref('excluded.bytes'),
          hash: ref('excluded.hash'),
          status: ref('excluded.status'),
          rotated_to: ref('excluded.rotated_to'),
          appended_at: ref('excluded.appended_at'),
          seq: ref('excluded.seq'),
        })),
      )
      .execute()
  },
}
