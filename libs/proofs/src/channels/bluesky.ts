import { z } from 'zod'
import { expectOk } from '../http/expect-ok.ts'
import { ProofFailure } from '../result.ts'
import type { Channel, ChannelContext } from './channel.ts'
import { readJson } from './read-json.ts'

const PAGE = 50
const MAX_PAGES = 3

const text = z.string().optional().catch(undefined)

// A post holds 300 characters, so a claim may also stand in a link, a link card or the description of an image.
const Record = z.object({
  text: z.string(),
  facets: z
    .array(z.object({ features: z.array(z.object({ uri: text })) }))
    .optional()
    .catch(undefined),
  embed: z
    .object({
      external: z.object({ uri: text, title: text, description: text }).optional().catch(undefined),
      images: z
        .array(z.object({ alt: text }))
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
})

const Feed = z.object({
  cursor: z.string().optional(),
  feed: z.array(
    z.object({
      post: z.object({
        uri: z.string(),
        author: z.object({ did: z.string(), handle: z.string() }),
        record: Record.optional().catch(undefined),
      }),
    }),
  ),
})
type Post = z.infer<typeof Feed>['feed'][number]['post']

const textsOf = ({ record }: Post): string =>
  [
    record?.text,
    ...(record?.facets ?? []).flatMap(({ features }) => features.map(({ uri }) => uri)),
    record?.embed?.external?.uri,
    record?.embed?.external?.title,
    record?.embed?.external?.description,
    ...(record?.embed?.images ?? []).map(({ alt }) => alt),
  ]
    .filter((part) => part !== undefined)
    .join('\n')

const page = async (actor: string, cursor: string | undefined, context: ChannelContext) => {
  const url = new URL(`${context.settings.blueskyApi}/xrpc/app.bsky.feed.getAuthorFeed`)
  url.search = new URLSearchParams({
    actor,
    limit: String(PAGE),
    filter: 'posts_no_replies',
    includePins: 'true',
    ...(cursor === undefined ? {} : { cursor }),
  }).toString()
  const answer = await context.http(url.href, { accept: 'application/json', follow: true, signal: context.signal })
  // An unknown or deactivated account is a 400 there.
  if (answer.status === 400) throw new ProofFailure('not_found', `there is no Bluesky account ${actor}`)
  expectOk(answer, `there is no Bluesky account ${actor}`)
  return readJson(answer, Feed)
}

/** The newest and the pinned posts of an account, given by handle or by DID; reposts are not its own words. */
export const blueskyChannel: Channel = async function* (actor, context) {
  let cursor: string | undefined
  for (let n = 0; n < MAX_PAGES; n++) {
    const { feed, cursor: next } = await page(actor, cursor, context)
    for (const { post } of feed) {
      if (post.author.handle.toLowerCase() !== actor && post.author.did !== actor) continue
      yield { text: textsOf(post), place: post.uri, dedicated: false }
    }
    if (next === undefined || feed.length === 0) return
    cursor = next
  }
}
