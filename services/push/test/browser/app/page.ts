// The page beside the worker: what an app does to be woken. Plain script as well.

type Policy = { createScriptURL(url: string): string }
type Kez = {
  subscribe(vapidKey: string): Promise<PushSubscriptionJSON>
  expectTest(): Promise<void>
  shown(): Promise<string[]>
}

const trusted = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes
const policy = trusted?.createPolicy('kez', {
  createScriptURL: (url) => {
    if (url !== '/worker.js') throw new TypeError('not one of our scripts')
    return url
  },
})

const registered = async (): Promise<ServiceWorkerRegistration> => {
  await navigator.serviceWorker.register(policy?.createScriptURL('/worker.js') ?? '/worker.js')
  return navigator.serviceWorker.ready
}

const mark = async (path: string, text: string): Promise<void> =>
  (await caches.open('kez-push')).put(path, new Response(text))

const kez: Kez = {
  /** Subscribes with the server's key, anew when the browser still has a subscription with another. */
  subscribe: async (vapidKey) => {
    const { pushManager } = await registered()
    const before = await pushManager.getSubscription()
    const bound = new Uint8Array(before?.options.applicationServerKey ?? new ArrayBuffer(0))
    const key = btoa(String.fromCharCode(...bound))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
    if (before && key !== vapidKey) await before.unsubscribe()
    const options = { userVisibleOnly: true, applicationServerKey: vapidKey }
    const subscription = before && key === vapidKey ? before : await pushManager.subscribe(options)
    await mark('/kez-push/endpoint', subscription.endpoint)
    return subscription.toJSON()
  },
  expectTest: () => mark('/kez-push/test', String(Date.now())),
  shown: async () => (await (await registered()).getNotifications()).map(({ title, body }) => `${title}: ${body}`),
}

Object.assign(globalThis, { kez })
