import { type IdentityEvent, streamName } from '@kez-chat/contracts'
import type { Projection, Recorded } from '@kez-chat/eventlog/postgres'
import type { Transaction } from 'kysely'
import { readIdentityEvent } from '../log/read-event.ts'
import { followInvite } from './invites.ts'
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
    const followed: Of<'HandleRebound' | 'HandleEnded' | 'HandleBarred' | 'HandleRestored'>[] = []
    /** The transport key of now; `undefined` where a new primary has not bound one yet. */
    const transports = new Map<string, Of<'TransportBound'> | undefined>()
    const proofs = new Map<string, Of<'ProofsSet'> | undefined>()
    const invites: Of<'InviteIssued' | 'InviteUsed' | 'InviteRevoked'>[] = []
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
        case 'ProofsSet':
          proofs.set(event.handle, { event, ...where })
          break
        case 'HandleRebound':
          followed.push({ event, ...where })
          transports.set(event.handle, undefined)
          proofs.set(event.handle, undefined)
          break
        case 'HandleEnded':
        case 'HandleBarred':
        case 'HandleRestored':
          followed.push({ event, ...where })
          break
        case 'InviteIssued':
        case 'InviteUsed':
        case 'InviteRevoked':
          invites.push({ event, ...where })
          break
        case 'InvitesListed':
          // What it says is in the rows of the codes.
          break
        default:
          event satisfies never
      }
    }
    if (registered.length > 0) await insertHandles(trx, registered)
    if (bound.length > 0) await insertPrimaries(trx, bound)
    for (const { event } of followed) await follow(trx, event)
    const present = [...transports.values()].filter((one) => one !== undefined)
    const gone = [...transports].flatMap(([handle, one]) => (one === undefined ? [handle] : []))
    if (gone.length > 0) await trx.deleteFrom('transports').where('handle', 'in', gone).execute()
    if (present.length > 0) await putTransports(trx, present)
    if (proofs.size > 0) await replaceProofs(trx, proofs)
    for (const { event, seq } of invites) await followInvite(trx, event, seq)
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

const changeOf = (
  event: Extract<IdentityEvent, { type: 'HandleRebound' | 'HandleEnded' | 'HandleBarred' | 'HandleRestored' }>,
): { primary_id: string } | { status: string } => {
  switch (event.type) {
    case 'HandleRebound':
      return { primary_id: event.primary }
    case 'HandleEnded':
      return { status: event.status }
    case 'HandleBarred':
      return { status: 'barred' }
    case 'HandleRestored':
      return { status: 'active' }
    default:
      return event satisfies never
  }
}

const follow = async (
  trx: Transaction<Tables>,
  event: Extract<IdentityEvent, { type: 'HandleRebound' | 'HandleEnded' | 'HandleBarred' | 'HandleRestored' }>,
): Promise<void> => {
  const change = changeOf(event)
  await trx.updateTable('handles').set(change).where('handle', '=', event.handle).execute()
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

const replaceProofs = async (
  trx: Transaction<Tables>,
  lists: ReadonlyMap<string, Of<'ProofsSet'> | undefined>,
): Promise<void> => {
  await trx
    .deleteFrom('proofs')
    .where('handle', 'in', [...lists.keys()])
    .execute()
  const values = [...lists].flatMap(([handle, set]) =>
    (set?.event.proofs ?? []).map((subject, position) => ({
      handle,
      position,
      subject,
      set_at: set?.event.at ?? '',
      seq: set?.seq ?? 0,
    })),
  )
  if (values.length > 0) await trx.insertInto('proofs').values(values).execute()
}
