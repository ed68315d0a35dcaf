import { relayLimits } from '@kez-chat/contracts'
import { MessageError } from '@kez-chat/messaging'
import { expiresAt, type NostrEvent } from '@kez-chat/messaging/nostr'
import { z } from 'zod'

const { filterValues, limit } = relayLimits

const Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
const Values = z.array(z.string().max(1_024)).max(filterValues)
const Time = z
  .int()
  .min(0)
  .max(2 ** 40)

/** A filter of a REQ (NIP-01), within our limits. What is not understood is refused, so that nobody is told less than they asked. */
export const Filter = z
  .object({
    ids: z.array(Hex).max(filterValues),
    authors: z.array(Hex).max(filterValues),
    kinds: z.array(z.int().min(0).max(65_535)).max(filterValues),
    since: Time,
    until: Time,
    limit: z.int().min(0),
  })
  .partial()
  .catchall(z.unknown())
  .transform((raw, context) => {
    const { ids, authors, kinds, since, until, limit: wanted = limit, ...others } = raw
    const tags: { name: string; values: ReadonlySet<string> }[] = []
    for (const [key, value] of Object.entries(others)) {
      const values = Values.safeParse(value)
      if (!/^#[a-zA-Z]$/.test(key) || !values.success) {
        context.addIssue({ code: 'custom', message: `${key.slice(0, 16)} is not understood`, input: value })
        return z.NEVER
      }
      tags.push({ name: key.slice(1), values: new Set(values.data) })
    }
    return {
      ids: ids && new Set(ids),
      authors: authors && new Set(authors),
      kinds: kinds && new Set(kinds),
      since,
      until,
      limit: Math.min(wanted, limit),
      tags,
    }
  })
export type Filter = z.output<typeof Filter>

/** Values of the tag `#<name>` that a filter names; undefined when it names none. */
export const tagOf = (filter: Filter, name: string): ReadonlySet<string> | undefined =>
  filter.tags.find((tag) => tag.name === name)?.values

/** Whether an event is one that a filter asks for. Its `limit` is of the stored ones and plays no part. */
export const matches = (filter: Filter, event: NostrEvent): boolean =>
  (filter.ids?.has(event.id) ?? true) &&
  (filter.authors?.has(event.pubkey) ?? true) &&
  (filter.kinds?.has(event.kind) ?? true) &&
  event.created_at >= (filter.since ?? 0) &&
  event.created_at <= (filter.until ?? Number.POSITIVE_INFINITY) &&
  filter.tags.every(({ name, values }) =>
    event.tags.some(([first, value]) => first === name && values.has(value ?? '')),
  )

/** Whether an event has an expiration that has passed (NIP-40). */
export const isExpired = (event: NostrEvent, now: number): boolean => {
  try {
    const at = expiresAt(event)
    return at !== undefined && at <= now
  } catch (error) {
    if (error instanceof MessageError) return true
    throw error
  }
}
