import { type HttpCounterpart, type HttpRequest, json, startHttpCounterpart } from './http-counterpart.ts'

type Post = { readonly uri: string; readonly handle: string; readonly record: object; readonly pinned: boolean }

export type BlueskyCounterpart = HttpCounterpart & {
  /** The DID of an account, made on first mention. */
  readonly did: (handle: string) => string
  /** Posts a text, newest first; `card` is the address of a link card; `pinned` stands first for ever. */
  readonly post: (handle: string, text: string, extra?: { readonly card?: string; readonly pinned?: boolean }) => void
  /** Shows the newest post of `author` in the feed of `handle`. */
  readonly repost: (handle: string, author: string) => void
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

const external = (uri: string) => ({
  $type: 'app.bsky.embed.external',
  external: { uri, title: 'my identity', description: '' },
})

const limited = () =>
  json(
    429,
    { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
    {
      'ratelimit-limit': '3000',
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(Math.floor(Date.now() / 1000) + 300),
      'ratelimit-policy': '3000;w=300',
    },
  )

/** `app.bsky.feed.getAuthorFeed` of a public AppView. */
export const startBlueskyCounterpart = async (): Promise<BlueskyCounterpart> => {
  const dids = new Map<string, string>()
  const feeds = new Map<string, Post[]>()
  let made = 0
  /** A number as DIDs and record keys spell theirs: base 32, without 0, 1, 8 and 9. */
  const spelled = (length: number): string =>
    [...(++made).toString(24).padStart(length, '0')].map((digit) => ALPHABET[Number.parseInt(digit, 24)]).join('')

  const did = (handle: string): string => {
    const known = dids.get(handle) ?? `did:plc:${spelled(24)}`
    dids.set(handle, known)
    return known
  }
  const feedOf = (handle: string): Post[] => {
    did(handle)
    const feed = feeds.get(handle) ?? []
    feeds.set(handle, feed)
    return feed
  }

  const item = (feedOwner: string, { uri, handle, record }: Post) => ({
    post: {
      uri,
      cid: 'bafyreib2rxk3rh6kzwq',
      author: { did: did(handle), handle, displayName: '', labels: [], createdAt: '2026-05-25T03:00:00.000Z' },
      record,
      replyCount: 0,
      repostCount: 0,
      likeCount: 0,
      indexedAt: '2026-05-25T03:00:00.000Z',
      labels: [],
    },
    ...(feedOwner === handle
      ? {}
      : { reason: { $type: 'app.bsky.feed.defs#reasonRepost', by: { did: did(feedOwner), handle: feedOwner } } }),
  })

  const answer = ({ url }: HttpRequest) => {
    if (url.pathname !== '/xrpc/app.bsky.feed.getAuthorFeed')
      return json(501, { error: 'MethodNotImplemented', message: 'Method Not Implemented' })
    const actor = url.searchParams.get('actor') ?? ''
    const owner = dids.has(actor) ? actor : [...dids].find(([, value]) => value === actor)?.[0]
    if (owner === undefined) return json(400, { error: 'InvalidRequest', message: 'Profile not found' })
    const pins = url.searchParams.get('includePins') === 'true'
    const all = feedOf(owner).toSorted((a, b) => (pins ? Number(b.pinned) - Number(a.pinned) : 0))
    const start = Number(url.searchParams.get('cursor') ?? 0)
    const end = start + Number(url.searchParams.get('limit') ?? 50)
    const feed = all.slice(start, end).map((post) => item(owner, post))
    return json(200, { feed, ...(end < all.length ? { cursor: String(end) } : {}) })
  }

  return {
    ...(await startHttpCounterpart(answer, { limited, cors: true })),
    did,
    post: (handle, text, { card, pinned = false } = {}) => {
      const record = {
        $type: 'app.bsky.feed.post',
        text,
        createdAt: '2026-05-25T03:00:00.000Z',
        langs: ['en'],
        ...(card === undefined ? {} : { embed: external(card) }),
      }
      const uri = `at://${did(handle)}/app.bsky.feed.post/${spelled(13)}`
      feedOf(handle).unshift({ uri, handle, record, pinned })
    },
    repost: (handle, author) => {
      const [newest] = feedOf(author)
      if (newest) feedOf(handle).unshift({ ...newest, pinned: false })
    },
  }
}
