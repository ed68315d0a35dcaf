import { z } from 'zod'
import { expectOk } from '../http/expect-ok.ts'
import { ProofFailure } from '../result.ts'
import type { Channel } from './channel.ts'
import { htmlText } from './html-text.ts'
import { readJson } from './read-json.ts'

const ACTIVITY = ['application/activity+json', 'application/ld+json']

const Jrd = z.object({
  links: z
    .array(z.object({ rel: z.string(), type: z.string().optional(), href: z.string().optional() }))
    .optional()
    .default([]),
})

const Field = z.object({ type: z.string(), name: z.string().optional(), value: z.string().optional() })

const Actor = z.object({
  id: z.string(),
  summary: z.string().nullish(),
  // JSON-LD writes a list of one without brackets.
  attachment: z
    .union([z.array(z.unknown()), z.unknown().transform((one) => (one == null ? [] : [one]))])
    .optional()
    .default([]),
})

const fieldText = (attachment: unknown): string => {
  const { data } = Field.safeParse(attachment)
  return data?.type === 'PropertyValue' ? htmlText(data.value ?? '') : ''
}

/** WebFinger of `user@host`, then the actor it links: the bio and the fields of the profile. */
export const activityPubChannel: Channel = async function* (value, { http, signal }) {
  const account = value.replace(/^@/, '')
  const host = account.slice(account.lastIndexOf('@') + 1)
  const finger = new URL('/.well-known/webfinger', `https://${host}`)
  finger.searchParams.set('resource', `acct:${account}`)
  const jrd = await http(finger.href, { accept: 'application/jrd+json, application/json', follow: true, signal })
  expectOk(jrd, `there is no account ${account}`)
  const link = readJson(jrd, Jrd).links.find(
    ({ rel, type = '' }) => rel === 'self' && ACTIVITY.some((known) => type.startsWith(known)),
  )
  if (link?.href === undefined || !URL.canParse(link.href))
    throw new ProofFailure('not_found', `${account} is no account of the fediverse`)
  const answer = await http(link.href, { accept: ACTIVITY.join(', '), follow: true, signal })
  expectOk(answer, `the profile of ${account} is gone`)
  const actor = readJson(answer, Actor)
  const texts = [htmlText(actor.summary ?? ''), ...actor.attachment.map(fieldText)]
  for (const text of texts) yield { text, place: actor.id, dedicated: false }
}
