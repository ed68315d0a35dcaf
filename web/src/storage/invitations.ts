import { invitationToken } from '@kez-chat/identity'
import type { IDBPObjectStore, StoreNames } from 'idb'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

export const InvitationFacts = z.object({
  secret: z.string(),
  /** How many people may come by it. */
  uses: z.int().min(1),
  /** Who came, by the tags of their conversations. */
  used: z.array(z.object({ tag: z.string(), at: z.number() })),
  /** For whom it was made, in the words of who made it. */
  note: z.string(),
  /** Whether the home server has the code of it, where registering takes one. */
  with_code: z.boolean(),
  created_at: z.number(),
  expires_at: z.number(),
})
const Record = InvitationFacts.extend({ v: z.literal(1) })
type Record = z.infer<typeof Record>

/** An invitation that was made on this device. Times in unix ms, by the home server's clock. */
export type Invitation = Readonly<Omit<Record, 'v'>> & { readonly tag: string }

/** Most invitations that are kept at once; each may be looked for whenever a stranger writes. */
export const mostInvitations = 50

/** How long one that is over stays in the list. */
const shownAfter = 7 * 24 * 60 * 60_000

type Row = Schema['invitations']['value']
type Invitations<Mode extends IDBTransactionMode> = IDBPObjectStore<
  Schema,
  ArrayLike<StoreNames<Schema>>,
  'invitations',
  Mode
>

const tagOf = (rest: AtRest, token: string): string => rest.tag('invitation', token)

export const invitationTag = (rest: AtRest, secret: string): string => tagOf(rest, invitationToken(secret))

export const sealInvitation = (rest: AtRest, { tag, ...record }: Invitation): Row => ({
  tag,
  box: rest.seal(`invitations/${tag}`, { v: 1, ...record }),
})

export const openInvitation = (rest: AtRest, { tag, box }: Row): Invitation | undefined =>
  whole(() => {
    const { v: _version, ...record } = Record.parse(rest.open(`invitations/${tag}`, box))
    return { tag, ...record }
  })

export const isOpen = ({ uses, used, expires_at: until }: Invitation, now: number): boolean =>
  used.length < uses && now < until

/** All of them, the newest first; what has been over for a week is forgotten. */
export const listInvitations = ({ db, rest }: Store, now: number): Promise<Invitation[]> =>
  transact(db, ['invitations'], async (tx) => {
    const invitations = tx.objectStore('invitations')
    const kept: Invitation[] = []
    for (const row of await invitations.getAll()) {
      const invitation = openInvitation(rest, row)
      if (invitation && now < invitation.expires_at + shownAfter) kept.push(invitation)
      else await invitations.delete(row.tag)
    }
    return kept.sort((a, b) => b.created_at - a.created_at)
  })

/** Keeps a new one. False when there are too many already. */
export const keepInvitation = (
  { db, rest }: Store,
  invitation: Omit<Invitation, 'tag' | 'used'>,
): Promise<Invitation | undefined> =>
  transact(db, ['invitations'], async (tx) => {
    const invitations = tx.objectStore('invitations')
    if ((await invitations.count()) >= mostInvitations) return undefined
    const kept = { ...invitation, used: [], tag: invitationTag(rest, invitation.secret) }
    await invitations.put(sealInvitation(rest, kept))
    return kept
  })

/** Whoever comes by it from here on is a stranger. */
export const forgetInvitation = async ({ db }: Store, tag: string): Promise<void> => {
  await db.delete('invitations', tag)
}

/**
 * Whether somebody who shows this token was invited; then they have used it. The same person may show it again.
 * @param at when what they wrote came, unix ms
 */
export const admitBy = async (
  invitations: Invitations<'readwrite'>,
  rest: AtRest,
  token: string,
  { tag, at }: { readonly tag: string; readonly at: number },
): Promise<boolean> => {
  const row = await invitations.get(tagOf(rest, token))
  const invitation = row && openInvitation(rest, row)
  if (!invitation) return false
  if (invitation.used.some((one) => one.tag === tag)) return true
  if (!isOpen(invitation, at)) return false
  await invitations.put(sealInvitation(rest, { ...invitation, used: [...invitation.used, { tag, at }] }))
  return true
}
