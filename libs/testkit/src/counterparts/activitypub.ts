import {
  type HttpCounterpart,
  type HttpReply,
  type HttpRequest,
  json,
  startHttpCounterpart,
} from './http-counterpart.ts'

type Profile = { readonly bio: string; readonly fields?: readonly { readonly name: string; readonly value: string }[] }

export type ActivityPubCounterpart = HttpCounterpart & {
  /** Sets the profile of `user@host`, in plain text; it is served as the HTML that Mastodon makes of it. */
  readonly setProfile: (account: string, profile: Profile) => void
  /** The account still answers WebFinger, and its profile is gone. */
  readonly suspend: (account: string) => void
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const paragraphs = (text: string): string =>
  text
    .split('\n\n')
    .map((part) => `<p>${escapeHtml(part).replaceAll('\n', '<br />')}</p>`)
    .join('')

const jrd = (account: string, user: string, host: string): HttpReply => ({
  status: 200,
  headers: { 'content-type': 'application/jrd+json; charset=utf-8' },
  body: JSON.stringify({
    subject: `acct:${account}`,
    aliases: [`https://${host}/@${user}`, `https://${host}/users/${user}`],
    links: [
      { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: `https://${host}/@${user}` },
      { rel: 'self', type: 'application/activity+json', href: `https://${host}/users/${user}` },
      { rel: 'http://ostatus.org/schema/1.0/subscribe', template: `https://${host}/authorize_interaction?uri={uri}` },
    ],
  }),
})

const actor = (user: string, host: string, { bio, fields = [] }: Profile): HttpReply => ({
  status: 200,
  headers: { 'content-type': 'application/activity+json; charset=utf-8' },
  body: JSON.stringify({
    '@context': [
      'https://www.w3.org/ns/activitystreams',
      { schema: 'http://schema.org#', PropertyValue: 'schema:PropertyValue' },
    ],
    id: `https://${host}/users/${user}`,
    type: 'Person',
    inbox: `https://${host}/users/${user}/inbox`,
    outbox: `https://${host}/users/${user}/outbox`,
    preferredUsername: user,
    name: user,
    summary: paragraphs(bio),
    url: `https://${host}/@${user}`,
    discoverable: true,
    attachment: fields.map(({ name, value }) => ({ type: 'PropertyValue', name, value: escapeHtml(value) })),
  }),
})

/** Mastodon writes the time of reset as a date, not in seconds. */
const limited = (): HttpReply =>
  json(
    429,
    { error: 'Too many requests' },
    {
      'x-ratelimit-limit': '300',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': new Date(Date.now() + 300_000).toISOString(),
    },
  )

/** Accounts on any number of fediverse hosts, as Mastodon serves them: WebFinger and actors. */
export const startActivityPubCounterpart = async (): Promise<ActivityPubCounterpart> => {
  const profiles = new Map<string, Profile | 'suspended'>()

  const answer = ({ host, url, headers }: HttpRequest): HttpReply => {
    if (url.pathname === '/.well-known/webfinger') {
      const account = (url.searchParams.get('resource') ?? '').replace(/^acct:/, '')
      const [user = ''] = account.split('@')
      return profiles.has(account) ? jrd(account, user, host) : { status: 404, body: '' }
    }
    const [, user = ''] = /^\/users\/([^/]+)$/.exec(url.pathname) ?? []
    const profile = profiles.get(`${user}@${host}`)
    if (profile === undefined) return json(404, { error: 'Not Found' })
    if (profile === 'suspended') return json(410, { error: 'Gone' })
    if (!headers.accept?.includes('application/activity+json'))
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>profile</title>' }
    return actor(user, host, profile)
  }

  return {
    ...(await startHttpCounterpart(answer, { limited, cors: true })),
    setProfile: (account, profile) => void profiles.set(account, profile),
    suspend: (account) => void profiles.set(account, 'suspended'),
  }
}
