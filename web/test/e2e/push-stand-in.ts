import type { PushService } from '@kez-chat/testkit'
import type { BrowserContext } from 'playwright-core'

/** What a browser's push service does for one browser profile. */
export type PushStandIn = {
  /** The endpoint that the browser has now. */
  endpoint(): string | undefined
  /** The browser loses its subscription. */
  lose(): void
}

/**
 * Stands in for the vendor's service that gives Chromium its subscriptions, which it does not have here: pages of the
 * context get real endpoints of the push service of the test.
 */
export const standInForPush = async (context: BrowserContext, service: PushService): Promise<PushStandIn> => {
  let have: { endpoint: string; key: string } | undefined
  await context.exposeFunction('pushNow', () => have ?? null)
  await context.exposeFunction('pushSubscribe', (key: string) => {
    have = { endpoint: service.subscribe(key, 'updates.push.services.mozilla.com'), key }
    return have
  })
  await context.exposeFunction('pushEnd', () => {
    if (have) service.drop(have.endpoint)
    have = undefined
  })
  await context.addInitScript(() => {
    const call = (name: string, ...args: string[]) => Reflect.get(globalThis, name)(...args)
    const bytes = (key: string): ArrayBuffer =>
      Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0)).buffer
    const subscription = (now: { endpoint: string; key: string } | null) =>
      now && {
        endpoint: now.endpoint,
        options: { applicationServerKey: bytes(now.key), userVisibleOnly: true },
        unsubscribe: () => call('pushEnd').then(() => true),
      }
    const { prototype } = PushManager
    Reflect.set(prototype, 'getSubscription', () => call('pushNow').then(subscription))
    Reflect.set(prototype, 'subscribe', (options: { applicationServerKey: string }) =>
      call('pushSubscribe', options.applicationServerKey).then(subscription),
    )
  })
  return {
    endpoint: () => have?.endpoint,
    lose: () => {
      have = undefined
    },
  }
}
