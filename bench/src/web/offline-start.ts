import { startAppUnderTest } from '../../../web/test/e2e/app-under-test.ts'
import { otherProgram } from '../../../web/test/e2e/other-program.ts'
import { newPerson, openChatWith, type Person } from '../../../web/test/e2e/person.ts'
import type { Bench, Figures } from '../frame/bench.ts'
import { serve } from './serve.ts'

const messages = 200
const rowShown = '.chat-row'

/** The least that starts without its server: one small page that its service worker keeps. */
const startBarePage = () => {
  const page = '<!doctype html><title>bare</title><p class="chat-row">there</p>'
  const worker = `
    addEventListener('install', (event) => event.waitUntil(caches.open('bare').then((cache) => cache.add('/'))))
    addEventListener('fetch', (event) => event.respondWith(caches.match('/')))`
  return serve(({ url }, response) => {
    const script = url === '/sw.js'
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ? worker : page)
  })
}

/** Milliseconds from the beginning of the navigation until the row is painted, in a tab and a worker that are new. */
const start = async (context: Person['context'], url: string): Promise<Figures> => {
  const page = await context.newPage()
  try {
    const browser = await context.newCDPSession(page)
    await browser.send('ServiceWorker.enable')
    await browser.send('ServiceWorker.stopAllWorkers')
    await page.goto(url, { waitUntil: 'commit' })
    const main = await page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          // What is posted in a frame comes when that frame is painted.
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => resolve(performance.now())
          const look = (): void => {
            if (document.querySelector(wanted)) port2.postMessage(undefined)
            else requestAnimationFrame(look)
          }
          requestAnimationFrame(look)
        }),
      rowShown,
    )
    return { main }
  } finally {
    await page.close()
  }
}

/** From a tap on the app's icon to the list of chats, with no server there. */
export const webOfflineStart: Bench = {
  name: 'web-offline-start',
  describe: `ms from the navigation to the painted list of chats in Chromium, the server stopped and the service worker asleep, ${messages} messages kept, vs a page of one line that its service worker keeps`,
  unit: 'ms',
  better: 'lower',
  pairs: 9,
  prepare: async () => {
    const app = await startAppUnderTest()
    const { context, page } = await newPerson(app.browser, app.url, 'alice')
    const bob = await otherProgram(app.url, 'bob')
    await openChatWith(page, 'bob')
    for (let i = 0; i < messages; i++) await bob.send('alice', { type: 'text', text: `number ${i}` })
    await page.locator(rowShown, { hasText: `number ${messages - 1}` }).waitFor({ timeout: 120_000 })
    await page.waitForFunction(async () => (await caches.match('/')) !== undefined)
    const bare = await startBarePage()
    const barePage = await context.newPage()
    await barePage.goto(bare.url)
    await barePage.evaluate(async () => {
      await navigator.serviceWorker.register('/sw.js')
      await navigator.serviceWorker.ready
    })
    await Promise.all([barePage.close(), page.close()])
    await app.stack.services.gateway.stop()
    bare.stop()
    for (const url of [bare.url, app.url]) await start(context, url)
    return {
      bare: () => start(context, bare.url),
      ours: () => start(context, `${app.url}/#/chats`),
      stop: app.stop,
    }
  },
}
