import { onFetch } from './answer.ts'
import { onChange } from './change.ts'
import { onClick } from './click.ts'
import { keepAll } from './keep.ts'
import { onPush } from './push.ts'
import { scope } from './scope.ts'
import { tidy } from './tidy.ts'
import { isFromPage } from './told.ts'

// The service worker: built by itself as /sw.js. It has no keys and reads nothing of the app's sealed storage.

// A new version waits, whole, until nobody uses the old one or a person asks for it. The first one has nobody to wait for,
// and works before everything is kept: pushes need it, and no network is so slow that it may take them away.
scope.addEventListener('install', (event) => {
  if (scope.registration.active) event.waitUntil(keepAll())
})
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('fetch', onFetch)
scope.addEventListener('message', (event) => {
  if (!isFromPage(event.data)) return
  if (event.data.type === 'update') event.waitUntil(scope.skipWaiting())
  else event.waitUntil(Promise.all([keepAll().catch(() => undefined), tidy()]))
})
scope.addEventListener('push', (event) => event.waitUntil(onPush()))
scope.addEventListener('notificationclick', (event) => event.waitUntil(onClick(event.notification)))
scope.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(onChange(event)))
