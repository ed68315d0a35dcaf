import { type Claim, isRecord, readClaim } from '@kez-chat/identity'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import { StorageError } from './errors.ts'
import type { Store } from './store.ts'

const Record = z.object({
  v: z.literal(1),
  subject: z.string(),
  claim: z.unknown(),
  /** Unix ms. */
  signed_at: z.number(),
})

/** A claim that was signed on this device, kept until it is taken back: its text can be shown again. */
export type OwnClaim = {
  readonly tag: string
  readonly subject: string
  readonly claim: Claim
  /** Unix ms. */
  readonly signedAt: number
}

export const isClaim = (value: unknown): value is Claim => isRecord(value) && readClaim(value) !== undefined

/** Names a claim in the address bar and in the storage. */
export const claimTag = (rest: AtRest, subject: string): string => rest.tag('claim', subject)

export const openClaim = (rest: AtRest, { tag, box }: { tag: string; box: Uint8Array }): OwnClaim => {
  const parsed = Record.safeParse(rest.open(`claims/${tag}`, box))
  if (!parsed.success || !isClaim(parsed.data.claim))
    throw new StorageError('damaged', 'a claim is not as it was written')
  const { subject, claim, signed_at: signedAt } = parsed.data
  return { tag, subject, claim, signedAt }
}

export const sealClaim = (rest: AtRest, claim: Claim, signedAt: number): Schema['claims']['value'] => {
  const { subject } = claim.payload
  const tag = claimTag(rest, subject)
  return { tag, box: rest.seal(`claims/${tag}`, { v: 1, subject, claim, signed_at: signedAt }) }
}

export const listClaims = async ({ db, rest }: Store): Promise<OwnClaim[]> =>
  (await db.getAll('claims')).map((row) => openClaim(rest, row))

export const keepClaim = async ({ db, rest }: Store, claim: Claim, now: number): Promise<OwnClaim> => {
  const row = sealClaim(rest, claim, now)
  await db.put('claims', row)
  return openClaim(rest, row)
}

export const forgetClaim = async ({ db }: Store, tag: string): Promise<void> => {
  await db.delete('claims', tag)
}
