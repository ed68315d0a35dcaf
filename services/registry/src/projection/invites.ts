import type { InviteEvent } from '@kez-chat/contracts'
import type { Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** A code, and who registered by it, as rows. */
export const followInvite = async (trx: Transaction<Tables>, event: InviteEvent, seq: number): Promise<void> => {
  switch (event.type) {
    case 'InviteIssued': {
      const { id, by, uses, at, expires_at } = event
      await trx.insertInto('invites').values({ id, issued_by: by, uses, issued_at: at, expires_at, seq }).execute()
      return
    }
    case 'InviteUsed': {
      const { id, handle, at } = event
      await trx.insertInto('invite_uses').values({ invite: id, handle, used_at: at, seq }).execute()
      return
    }
    case 'InviteRevoked':
      await trx.updateTable('invites').set({ revoked_at: event.at }).where('id', '=', event.id).execute()
      return
    default:
      event satisfies never
  }
}
