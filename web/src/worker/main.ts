import { onChange } from './change.ts'
import { onClick } from './click.ts'
import { onPush } from './push.ts'
import { scope } from './scope.ts'

// The service worker: built by itself as /sw.js. It has no keys and reads nothing of the app's sealed storage.
scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('push', (event) => event.waitUntil(onPush()))
scope.addEventListener('notificationclick', (event) => event.waitUntil(onClick(event.notification)))
scope.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(onChange(event)))
