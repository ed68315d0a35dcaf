import type { Bytes, PrimaryId } from '@kez-chat/identity'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import { conversationTag } from './conversation.ts'
import { StorageError } from './errors.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const Check = z.object({
  subject: z.string(),
  status: z.enum(['verified', 'failed']),
  /** Why it failed: a reason of proof verification. */
  reason: z.string().optional(),
  /** Where the claim stands, for people to look themselves. */
  place: z.string().optional(),
  /** Unix ms. */
  at: z.number(),
  /** Who looked: this browser, our own home server, or a server that the person chose themselves. */
  by: z.enum(['browser', 'home', 'theirs']),
})

const Said = z.object({
  subject: z.string(),
  status: z.enum(['active', 'revoked']),
  /** Unix ms. */
  since: z.number(),
  reason: z.string().optional(),
})

const KnownChain = z.object({
  length: z.int().min(0),
  /** Hash of the last event; absent while the chain is empty. */
  head: z.string().optional(),
  status: z.enum(['active', 'rotated', 'revoked']),
  rotated_to: z.string().optional(),
  subjects: z.array(Said),
})

export const PersonFacts = z.object({
  /** The longest history of their key that has passed every check. */
  chain: KnownChain.optional(),
  /** What their server showed last does not go with it. */
  alarm: z.object({ kind: z.enum(['fork', 'shorter', 'invalid']), since: z.number() }).optional(),
  /** The newest of each looker for each subject. */
  checks: z.array(Check),
  /** When their server was last asked, unix ms. */
  read_at: z.number().optional(),
})
const Record = PersonFacts.extend({ v: z.literal(1) })

export type ProofMemo = Readonly<z.infer<typeof Check>>
export type KnownChain = Readonly<z.infer<typeof KnownChain>>
/** What is known of a person beside the talk with them. */
export type Person = Readonly<Omit<z.infer<typeof Record>, 'v'>>

const unknown: Person = { checks: [] }

export const openPerson = (rest: AtRest, { tag, box }: { tag: string; box: Uint8Array }): Person => {
  const parsed = Record.safeParse(rest.open(`people/${tag}`, box))
  if (!parsed.success) throw new StorageError('damaged', 'what is known of a person is not as it was written')
  const { v: _version, ...person } = parsed.data
  return person
}

export const sealPerson = (rest: AtRest, tag: string, person: Person): { tag: string; box: Bytes } => ({
  tag,
  box: rest.seal(`people/${tag}`, { v: 1, ...person }),
})

/** Under which tag a person is kept: that of the talk with them, also when there is none. */
export const personTag = (rest: AtRest, primary: PrimaryId): string => conversationTag(rest, primary)

export const readPerson = async ({ db, rest }: Store, tag: string): Promise<Person | undefined> => {
  const row = await db.get('people', tag)
  return row && openPerson(rest, row)
}

export const listPeople = async ({ db, rest }: Store): Promise<Map<string, Person>> =>
  new Map((await db.getAll('people')).map((row) => [row.tag, openPerson(rest, row)]))

/** Changes what is known, in one transaction: two tabs may learn something at the same time. */
export const changePerson = ({ db, rest }: Store, tag: string, change: (person: Person) => Person): Promise<Person> =>
  transact(db, ['people'], async (tx) => {
    const people = tx.objectStore('people')
    const row = await people.get(tag)
    const next = change(row ? openPerson(rest, row) : unknown)
    await people.put(sealPerson(rest, tag, next))
    return next
  })
