import { randomBytes } from 'node:crypto'
import {
  type HttpCounterpart,
  type HttpReply,
  type HttpRequest,
  json,
  startHttpCounterpart,
} from './http-counterpart.ts'

type Gist = { readonly id: string; readonly revision: string; readonly files: Readonly<Record<string, string>> }
type Account = { readonly login: string; readonly gists: Gist[]; readme?: string; renamed?: true }

export type GithubCounterpart = HttpCounterpart & {
  /** Makes a public gist; the newest stands first. Makes the account, too. */
  readonly publishGist: (login: string, files: Readonly<Record<string, string>>) => void
  /** Sets the README of `<login>/<login>`. */
  readonly publishReadme: (login: string, markdown: string) => void
  /** The account has another name now; the old one's repositories redirect. */
  readonly rename: (login: string) => void
  /** How the limit shows with `fault('rate_limited')`: GitHub has three ways. */
  readonly limitWith: (kind: 'primary_403' | 'primary_429' | 'secondary_403') => void
}

const DOCS = 'https://docs.github.com/rest'
const notFound = (): HttpReply => json(404, { message: 'Not Found', documentation_url: DOCS, status: '404' })

const limitHeaders = (remaining: number) => ({
  'x-ratelimit-limit': '60',
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 1_800),
  'x-ratelimit-used': String(60 - remaining),
  'x-ratelimit-resource': 'core',
})

const limits = {
  primary_403: () =>
    json(403, { message: 'API rate limit exceeded for 127.0.0.1.', documentation_url: DOCS }, limitHeaders(0)),
  primary_429: () => json(429, { message: 'API rate limit exceeded for 127.0.0.1.' }, limitHeaders(0)),
  secondary_403: () =>
    json(403, { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' }, limitHeaders(40)),
}

const fileView = (login: string, { id, revision }: Gist, [filename, content]: [string, string]) => ({
  filename,
  type: 'text/markdown',
  language: 'Markdown',
  raw_url: `https://gist.githubusercontent.com/${login}/${id}/raw/${revision}/${filename}`,
  size: Buffer.byteLength(content),
})

const gistView = (login: string, gist: Gist) => ({
  url: `https://api.github.com/gists/${gist.id}`,
  id: gist.id,
  html_url: `https://gist.github.com/${login}/${gist.id}`,
  files: Object.fromEntries(Object.entries(gist.files).map((file) => [file[0], fileView(login, gist, file)])),
  public: true,
  created_at: '2026-05-25T03:00:00Z',
  updated_at: '2026-05-25T03:00:00Z',
  description: 'identity',
  comments: 0,
  user: null,
  owner: { login, id: 1, type: 'User', site_admin: false },
  truncated: false,
})

const page = <T>(all: readonly T[], { searchParams }: URL): T[] => {
  const size = Math.min(Number(searchParams.get('per_page') ?? 30), 100)
  const start = (Number(searchParams.get('page') ?? 1) - 1) * size
  return all.slice(start, start + size)
}

/** The parts of api.github.com and gist.githubusercontent.com that public proofs are read from. */
export const startGithubCounterpart = async (): Promise<GithubCounterpart> => {
  const accounts = new Map<string, Account>()
  let limit: keyof typeof limits = 'primary_403'

  const account = (login: string): Account => {
    const known = accounts.get(login.toLowerCase()) ?? { login, gists: [] }
    accounts.set(login.toLowerCase(), known)
    return known
  }

  const readme = (owner: Account, headers: HttpRequest['headers']): HttpReply => {
    if (owner.renamed) {
      const location = 'https://api.github.com/repositories/1/readme'
      return { ...json(301, { message: 'Moved Permanently', url: location }), headers: { location } }
    }
    if (owner.readme === undefined) return notFound()
    if (headers.accept?.includes('raw'))
      return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json' }, body: owner.readme }
    const content = Buffer.from(owner.readme).toString('base64')
    return json(200, { name: 'README.md', path: 'README.md', type: 'file', encoding: 'base64', content })
  }

  const answer = ({ host, url, headers }: HttpRequest): HttpReply => {
    const [first = '', second = '', third = '', fourth, file = ''] = url.pathname.split('/').slice(1)
    if (host === 'gist.githubusercontent.com') {
      const gist = accounts.get(first.toLowerCase())?.gists.find(({ id }) => id === second)
      const content = third === 'raw' ? gist?.files[file] : undefined
      return content === undefined ? { status: 404, body: '404: Not Found' } : { status: 200, body: content }
    }
    if (first === 'repositories') return { status: 200, body: accounts.values().next().value?.readme ?? '' }
    const owner = accounts.get(second.toLowerCase())
    if (!owner) return notFound()
    if (first === 'users' && third === 'gists' && !owner.renamed)
      return json(
        200,
        page(owner.gists, url).map((gist) => gistView(owner.login, gist)),
        limitHeaders(50),
      )
    if (first === 'repos' && third.toLowerCase() === second.toLowerCase() && fourth === 'readme')
      return readme(owner, headers)
    return notFound()
  }

  const server = await startHttpCounterpart(answer, { limited: () => limits[limit](), cors: true })
  return {
    ...server,
    publishGist: (login, files) =>
      void account(login).gists.unshift({
        id: randomBytes(16).toString('hex'),
        revision: randomBytes(20).toString('hex'),
        files,
      }),
    publishReadme: (login, markdown) => {
      account(login).readme = markdown
    },
    rename: (login) => {
      account(login).renamed = true
    },
    limitWith: (kind) => {
      limit = kind
    },
  }
}
