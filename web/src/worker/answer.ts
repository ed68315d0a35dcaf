import { keepUsed, kept, ownCache, refreshPage } from './keep.ts'
import { pageAt, release } from './release.ts'
import type { Asked } from './scope.ts'

/** The server answers these itself, and nothing of it is kept. */
const servers = /^\/(v1|internal|relay|docs|\.well-known)(\/|$)/

const isAsset = (path: string): boolean => /^\/assets\/[\w.-]+$/.test(path)

/** The server may know this address; without one the app itself, in any version, is better than nothing. */
const elsewhere = async (request: Request): Promise<Response> => {
  try {
    return await fetch(request)
  } catch (error) {
    const own = await kept(pageAt)
    if (own) return own
    throw error
  }
}

const page = async (request: Request): Promise<Response> =>
  (await (await ownCache()).match(pageAt, { ignoreVary: true })) ?? elsewhere(request)

const part = async (path: string, event: Asked): Promise<Response> => {
  const known = await kept(path)
  if (known) return known
  const answer = await fetch(event.request)
  // Without space it is asked for again the next time.
  if (isAsset(path)) event.waitUntil(keepUsed(path, answer.clone()).catch(() => undefined))
  return answer
}

/** Answers for what the app is made of, from what is kept; everything else goes its way as if there were no worker. */
export const onFetch = (event: Asked): void => {
  const { request } = event
  const { origin, pathname, search } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin || servers.test(pathname)) return
  if (request.mode === 'navigate') {
    const isPage = pathname === pageAt || pathname === '/index.html'
    event.respondWith(isPage ? page(request) : elsewhere(request))
    if (isPage) event.waitUntil(refreshPage().catch(() => undefined))
  } else if (search === '' && (pathname in release().checked || isAsset(pathname))) {
    event.respondWith(part(pathname, event))
  }
}
