import { z } from 'zod'
import { expectOk } from '../http/expect-ok.ts'
import type { HttpAnswer } from '../http/http-get.ts'
import { isRedirect } from '../http/http-get.ts'
import { ProofFailure } from '../result.ts'
import type { Channel, ChannelContext } from './channel.ts'
import { readJson } from './read-json.ts'

const FILE = 'kez.md'
const PAGE = 30
const MAX_PAGES = 3
const MAX_FILES = 4

const Gists = z.array(
  z.object({
    html_url: z.string(),
    owner: z.object({ login: z.string() }).optional(),
    files: z.record(z.string(), z.object({ raw_url: z.string() })),
  }),
)
type Gist = z.infer<typeof Gists>[number]

// An account that was renamed answers with a redirect; its old name proves nothing about who holds it now.
const get = async (url: string, accept: string, missing: string, context: ChannelContext): Promise<HttpAnswer> => {
  const answer = await context.http(url, { accept, follow: false, signal: context.signal })
  if (isRedirect(answer.status)) throw new ProofFailure('not_found', missing)
  expectOk(answer, missing)
  return answer
}

async function* gistsOf(user: string, context: ChannelContext): AsyncIterable<Gist> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const url = `${context.settings.githubApi}/users/${user}/gists?per_page=${PAGE}&page=${page}`
    const missing = `there is no GitHub account ${user}`
    const gists = readJson(await get(url, 'application/vnd.github+json', missing, context), Gists)
    yield* gists.filter(({ owner }) => owner?.login.toLowerCase() === user)
    if (gists.length < PAGE) return
  }
}

/** A public gist of the user with a file `kez.md`; else, or if none of those holds, the README of `<user>/<user>`. */
export const githubChannel: Channel = async function* (user, context) {
  let files = 0
  for await (const { files: named, html_url } of gistsOf(user, context)) {
    const file = named[FILE]
    if (file === undefined || ++files > MAX_FILES) continue
    const answer = await get(file.raw_url, 'text/plain, */*;q=0.5', `${html_url} is gone`, context)
    yield { text: new TextDecoder().decode(answer.body), place: html_url, dedicated: true }
  }
  const missing = `GitHub account ${user} has neither a public gist with ${FILE} nor a README in ${user}/${user}`
  const readme = `${context.settings.githubApi}/repos/${user}/${user}/readme`
  const answer = await get(readme, 'application/vnd.github.raw+json', missing, context)
  yield {
    text: new TextDecoder().decode(answer.body),
    place: `https://github.com/${user}/${user}`,
    dedicated: false,
  }
}
