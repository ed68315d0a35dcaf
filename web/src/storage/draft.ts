import { isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import type { Schema } from './database.ts'
import type { Store } from './store.ts'

/** What is being written. */
export const Draft = z.object({
  text: z.string(),
  /** The message that it answers. */
  reply: z.object({ id: z.string(), from: z.custom<PrimaryId>(isPrimaryId) }).exactOptional(),
})
export type Draft = Readonly<z.infer<typeof Draft>>

export const noDraft: Draft = { text: '' }

// Earlier versions kept the text alone.
const Stored = z.union([z.string().transform((text) => ({ text })), Draft])

type Row = Schema['drafts']['value']

export const openDraft = (rest: AtRest, row: Row | undefined): Draft => {
  const draft = row && Stored.safeParse(rest.open(`drafts/${row.tag}`, row.box))
  return draft?.success ? draft.data : noDraft
}

export const sealDraft = (rest: AtRest, tag: string, draft: Draft): Row => ({
  tag,
  box: rest.seal(`drafts/${tag}`, draft),
})

export const readDraft = async ({ db, rest }: Store, tag: string): Promise<Draft> =>
  openDraft(rest, await db.get('drafts', tag))

export const writeDraft = async ({ db, rest }: Store, tag: string, draft: Draft): Promise<void> => {
  if (draft.text === '' && !draft.reply) await db.delete('drafts', tag)
  else await db.put('drafts', sealDraft(rest, tag, draft))
}
