import { versionName } from '../app/version.ts'
import { pageAt, release } from './release.ts'

const patience = 60_000
const atOnce = 6

export const ownCache = (): Promise<Cache> => caches.open(versionName(release().build))

/** What was kept under this address, of this version before that of others. */
export const kept = async (path: string): Promise<Response | undefined> =>
  (await (await ownCache()).match(path, { ignoreVary: true })) ?? caches.match(path, { ignoreVary: true })

const isWhole = ({ ok, redirected, type }: Response): boolean => ok && !redirected && type === 'basic'

const ask = async (path: string, how: RequestInit): Promise<Response> => {
  const answer = await fetch(path, { ...how, signal: AbortSignal.timeout(patience) })
  if (!isWhole(answer)) throw new TypeError(`${path} is not there`)
  return answer
}

/** Under a name with a hash there is one content only, so what an earlier version has kept will do. */
const obtain = async (path: string): Promise<Response> => {
  const integrity = release().checked[path]
  if (integrity !== undefined) return ask(path, { cache: 'no-store', integrity })
  return (await caches.match(path, { ignoreVary: true })) ?? ask(path, {})
}

const keep = async (cache: Cache, path: string): Promise<void> => cache.put(path, await obtain(path))

const keepWhatIsMissing = async (): Promise<void> => {
  const cache = await ownCache()
  const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname))
  const { hashed, checked } = release()
  // The page comes last: where it is, everything is.
  const missing = [...hashed, ...Object.keys(checked)].filter((path) => path !== pageAt && !there.has(path))
  const take = async (): Promise<void> => {
    for (let path = missing.shift(); path !== undefined; path = missing.shift()) await keep(cache, path)
  }
  await Promise.all(Array.from({ length: atOnce }, take))
  if (!there.has(pageAt)) await keep(cache, pageAt)
}

let keeping: Promise<void> | undefined

/** Fetches what this version needs without a network and does not have yet. What it has got stays when the rest fails. */
export const keepAll = (): Promise<void> => {
  keeping ??= keepWhatIsMissing().finally(() => {
    keeping = undefined
  })
  return keeping
}

/** The page again, for the headers that the server sends with it today; another version of it is left alone. */
export const refreshPage = async (): Promise<void> => {
  const cache = await ownCache()
  if (await cache.match(pageAt, { ignoreVary: true })) await keep(cache, pageAt)
}

/** Keeps a part that was not fetched beforehand. */
export const keepUsed = async (path: string, answer: Response): Promise<void> => {
  if (isWhole(answer)) await (await ownCache()).put(path, answer)
}
