import { vi } from 'vitest'

type Surroundings = {
  readonly notes?: Record<string, string>
  /** The browser's cache never answers. */
  readonly stuck?: boolean
  readonly endpoint?: string
  readonly answer?: (path: string) => Response
}

/** What a browser puts around the worker, with what the worker does written down. */
export const surroundWorker = ({
  notes = {},
  stuck = false,
  endpoint,
  answer = () => new Response(null, { status: 204 }),
}: Surroundings) => {
  const shown: { title: string; body: string }[] = []
  const posted: { path: string; body: unknown }[] = []
  const subscription = (at: string) => ({ endpoint: at, options: { applicationServerKey: new ArrayBuffer(0) } })
  const kept = new Map(Object.entries(notes).map(([name, text]) => [`/kez-push/${name}`, text]))
  const cache = {
    match: async (path: string) => (kept.has(path) ? new Response(kept.get(path)) : undefined),
    put: async (path: string, response: Response) => void kept.set(path, await response.text()),
  }
  vi.stubGlobal('caches', { open: () => (stuck ? new Promise(() => undefined) : Promise.resolve(cache)) })
  vi.stubGlobal('registration', {
    showNotification: async (title: string, { body }: { body: string }) => void shown.push({ title, body }),
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
