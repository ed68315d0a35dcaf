// The worker of a page that is woken by empty pushes. Plain script: it imports nothing, so it can be served as it is.

type Extendable = Event & { waitUntil(work: Promise<unknown>): void }
type Clicked = Extendable & { notification: Notification }
type Changed = Extendable & { oldSubscription?: PushSubscription | null; newSubscription?: PushSubscription | null }
type WindowClient = { url: string; focus(): Promise<unknown> }
type Worker = {
  registration: ServiceWorkerRegistration
  location: Location
  clients: {
    matchAll(options: object): Promise<WindowClient[]>
    openWindow(url: string): Promise<unknown>
    claim(): Promise<void>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: string, listener: (event: never) => void): void
}

const worker = self as unknown as Worker
const memory = 'kez-push'
/** A page that runs the doctor leaves a mark, so that workers tell the server of no other push. */
const testMark = '/kez-push/test'
const endpointMark = '/kez-push/endpoint'
const testLasts = 120_000

const recall = async (mark: string): Promise<string | undefined> => {
  const kept = await (await caches.open(memory)).match(mark)
  return kept?.text()
}
const keep = async (mark: string, text: string): Promise<void> =>
  (await caches.open(memory)).put(mark, new Response(text))

const post = (path: string, body: object): Promise<Response> =>
  fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const receipt = async (): Promise<void> => {
  if (Date.now() - Number((await recall(testMark)) ?? 0) > testLasts) return
  const subscription = await worker.registration.pushManager.getSubscription()
  if (subscription) await post('/v1/push/receipt', { endpoint: subscription.endpoint })
}

/** An empty push says only that something came; what it is shows when the app is opened and unlocked. */
const onPush = async (): Promise<void> => {
  const shown = worker.registration.showNotification('kez-chat', { body: 'Something new has come.', tag: 'kez-wake' })
  // The push has come, also where the desktop fails to show it.
  await receipt().catch(() => undefined)
  await shown
}

const onClick = async (notification: Notification): Promise<void> => {
  notification.close()
  const [open] = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  await (open ? open.focus() : worker.clients.openWindow('/'))
}

/** The browser has changed the subscription; the server follows by the old endpoint, which only the two of them know. */
const onChange = async ({ oldSubscription, newSubscription }: Changed): Promise<void> => {
  const old_endpoint = oldSubscription?.endpoint ?? (await recall(endpointMark))
  const key = (await (await fetch('/v1/push/vapid-public-key')).json()).key
  const next =
    newSubscription ??
    (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))
  if (old_endpoint) await post('/v1/push/replace', { old_endpoint, endpoint: next.endpoint })
  await keep(endpointMark, next.endpoint)
}

worker.addEventListener('install', (event: Extendable) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event: Extendable) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('push', (event: Extendable) => event.waitUntil(onPush()))
worker.addEventListener('notificationclick', (event: Clicked) => event.waitUntil(onClick(event.notification)))
worker.addEventListener('pushsubscriptionchange', (event: Changed) => event.waitUntil(onChange(event)))
