import { vi } from 'vitest'
import type { Release } from '../src/worker/release.ts'

const origin = 'https://kez.test'

type Kept = Map<string, Response>

const pathOf = (asked: RequestInfo | URL): string =>
  new URL(asked instanceof Request ? asked.url : asked, origin).pathname

const shelf = (kept: Kept) => ({
  match: async (asked: RequestInfo | URL) => kept.get(pathOf(asked))?.clone(),
  put: async (asked: RequestInfo | URL, answer: Response) => void kept.set(pathOf(asked), answer),
  keys: async () => [...kept.keys()].map((path) => ({ url: `${origin}${path}` })),
})

type Surroundings = {
  readonly release?: Partial<Release>
  /** What the server has, by address. */
  readonly served?: Record<string, string>
  /** What is kept already: the caches by name, each by address. */
  readonly kept?: Record<string, Record<string, string>>
}

/** As the browser gives it: of our own origin, and not from another address than the one asked for. */
const basic = (text: string, status = 200): Response => {
  const response = new Response(text, { status })
  const clone = response.clone.bind(response)
  Object.defineProperty(response, 'type', { value: 'basic' })
  return Object.assign(response, { clone: () => Object.defineProperty(clone(), 'type', { value: 'basic' }) })
}

/** What a browser puts around the worker where it keeps the app, with what was asked of the server written down. */
export const surroundShelves = ({ release = {}, served = {}, kept = {} }: Surroundings) => {
  const asked: { path: string; init: RequestInit | undefined }[] = []
  const server = { served, away: false }
  const shelves = new Map<string, Kept>(
    Object.entries(kept).map(([name, texts]) => [
      name,
      new Map(Object.entries(texts).map(([path, text]) => [path, basic(text)])),
    ]),
  )
  const open = (name: string): Kept => {
    const there = shelves.get(name) ?? new Map()
    shelves.set(name, there)
    return there
  }
  const locks: { name: string }[] = []
  const pages: object[] = []
  const registration: { installing?: object; waiting?: object } = {}
  vi.stubGlobal('KEZ_RELEASE', { build: 'b2', hashed: [], checked: {}, ...release })
  vi.stubGlobal('self', { location: { origin } })
  vi.stubGlobal('registration', registration)
  vi.stubGlobal('clients', { matchAll: async () => pages })
  vi.stubGlobal('navigator', { locks: { query: async () => ({ held: locks }) } })
  vi.stubGlobal('caches', {
    open: async (name: string) => shelf(open(name)),
    match: async (path: string) =>
      [...shelves.values()]
        .find((there) => there.has(path))
        ?.get(path)
        ?.clone(),
    keys: async () => [...shelves.keys()],
    delete: async (name: string) => shelves.delete(name),
  })
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const path = pathOf(input)
    asked.push({ path, init })
    if (server.away) throw new TypeError('Failed to fetch')
    const text = server.served[path]
    return text === undefined ? basic('', 404) : basic(text)
  })
  const paths = (name: string): string[] => [...(shelves.get(name)?.keys() ?? [])]
  const textOf = (name: string, path: string) => shelves.get(name)?.get(path)?.clone().text()
  return { asked, server, shelves, locks, pages, registration, paths, textOf }
}

/** A request that the worker is asked for; `answer` is undefined where it lets the browser go its way. */
export const askWorker = async (
  onFetch: (event: never) => void,
  path: string,
  { mode = 'cors', method = 'GET', from = origin }: { mode?: string; method?: string; from?: string } = {},
): Promise<string | undefined> => {
  const url = new URL(path, from).href
  const works: Promise<unknown>[] = []
  let answer: Promise<Response> | undefined
  const event = {
    // Nobody may make a request of the mode `navigate` but the browser.
    request: Object.defineProperty(new Request(url, { method }), 'mode', { value: mode }),
    respondWith: (given: Promise<Response>) => {
      answer = given
    },
    waitUntil: (work: Promise<unknown>) => void works.push(work),
  }
  onFetch(event as never)
  const text = await (await answer)?.text()
  await Promise.all(works)
  return text
}
