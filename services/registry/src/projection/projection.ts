import { type IdentityEvent, streamName } from '@kez-chat/contracts'
import type { Projection, Recorded } from '@kez-chat/eventlog/postgres'
import type { Transaction } from 'kysely'
import { readIdentityEvent } from '../log/read-event.ts'
import type { Tables } from './tables.ts'

type Of<Type extends IdentityEvent['type']> = Recorded<Extract<IdentityEvent, { type: Type }>>

/** People as rows. Every event of `IDENTITY` has its place here, or stops the projection. */
export const peopleProjection: Projection<IdentityEvent, Tables> = {
  name: 'people',
  stream: streamName.identity,
  decode: readIdentityEvent,
  apply: async (events, trx) => {
    const registered: Of<'HandleRegistered'>[] = []
    const bound: Of<'PrimaryBound'>[] = []
    const transports = new Map<string, Of<'TransportBound'>>()
    for (const { event, ...where } of events) {
      switch (event.type) {
        case 'HandleRegistered':
          registered.push({ event, ...where })
          break
        case 'PrimaryBound':
          bound.push({ event, ...where })
          break
        case 'TransportBound':
          transports.set(event.handle, { event, ...where })
          break
        default:
          event satisfies never
      }
    }
    if (registered.length > 0) await insertHandles(trx, registered)
    if (bound.length > 0) await insertPrimaries(trx, bound)
    if (transports.size > 0) await putTransports(trx, [...transports.values()])
  },
}

const insertHandles = async (trx: Transaction<Tables>, events: Of<'HandleRegistered'>[]): Promise<void> => {
  const values = events.map(({ event, seq }) => ({
    handle: event.handle,
    primary_id: event.primary,
    server: event.server,
    registered_at: event.at,
    registration: JSON.stringify(event.registration),
    seq,
  }))
  await trx.insertInto('handles').values(values).execute()
}

const insertPrimaries = async (trx: Transaction<Tables>, events: Of<'PrimaryBound'>[]): Promise<void> => {
  const values = events.map(({ event, seq }) => ({
    primary_id: event.primary,
    handle: event.handle,
    bound_at: event.at,
    seq,
  }))
  await trx.insertInto('primaries').values(values).execute()
}

const putTransports = async (trx: Transaction<Tables>, events: Of<'TransportBound'>[]): Promise<void> => {
  const values = events.map(({ event, seq }) => ({
    handle: event.handle,
    primary_id: event.primary,
    nostr: event.nostr,
    proof: event.proof,
    bound_at: event.at,
    seq,
  }))
  await trx
    .insertInto('transports')
    .values(values)
    .onConflict((conflict) =>
      conflict.column('handle').doUpdateSet(({ ref }) => ({
        primary_id: ref('excluded.primary_id'),
        nostr: ref('excluded.nostr'),
        proof: ref('excluded.proof'),
        bound_at: ref('excluded.bound_at'),
        seq: ref('excluded.seq'),
      })),
    )
    .execute()
}
