import { vi } from 'vitest'

type Surroundings = {
  readonly notes?: Record<string, string>
  /** The browser's cache never answers. */
  readonly stuck?: boolean
  readonly endpoint?: string
  readonly answer?: (path: string) => Response
  /** What the pages that are open say when they are asked what has come; undefined = that one says nothing. */
  readonly pages?: readonly (object | undefined)[]
}

/** What a browser puts around the worker, with what the worker does written down. */
export const surroundWorker = ({
  notes = {},
  stuck = false,
  endpoint,
  answer = () => new Response(null, { status: 204 }),
  pages = [],
}: Surroundings) => {
  const shown: { title: string; body: string; silent?: boolean }[] = []
  const posted: { path: string; body: unknown }[] = []
  const subscription = (at: string) => ({ endpoint: at, options: { applicationServerKey: new ArrayBuffer(0) } })
  const kept = new Map(Object.entries(notes).map(([name, text]) => [`/kez-push/${name}`, text]))
  const cache = {
    match: async (path: string) => (kept.has(path) ? new Response(kept.get(path)) : undefined),
    put: async (path: string, response: Response) => void kept.set(path, await response.text()),
  }
  vi.stubGlobal('caches', { open: () => (stuck ? new Promise(() => undefined) : Promise.resolve(cache)) })
  vi.stubGlobal('clients', {
    matchAll: async () =>
      pages.map((said) => ({
        postMessage: (_: unknown, [port]: MessagePort[]) => said && port?.postMessage(said),
      })),
  })
  vi.stubGlobal('registration', {
    showNotification: async (title: string, { body, silent }: { body: string; silent?: boolean }) =>
      void shown.push({ title, body, ...(silent ? { silent } : {}) }),
    pushManager: {
      getSubscription: async () => (endpoint === undefined ? null : subscription(endpoint)),
      subscribe: async () => subscription('https://push.test/next'),
    },
  })
  vi.stubGlobal('fetch', async (path: string, init?: { body?: string }) => {
    posted.push({ path, body: init?.body === undefined ? undefined : JSON.parse(init.body) })
    return path.endsWith('vapid-public-key') ? Response.json({ key: 'B' }) : answer(path)
  })
  return { shown, posted, kept }
}
