export type Extendable = Event & { waitUntil(work: Promise<unknown>): void }
export type Clicked = Extendable & { readonly notification: Notification }
export type Changed = Extendable & {
  readonly oldSubscription?: PushSubscription | null
  readonly newSubscription?: PushSubscription | null
}

type WindowClient = { readonly visibilityState: DocumentVisibilityState; focus(): Promise<unknown> }

type Scope = {
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>
    openWindow(url: string): Promise<unknown>
    claim(): Promise<void>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate' | 'push', listener: (event: Extendable) => void): void
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void
  addEventListener(type: 'pushsubscriptionchange', listener: (event: Changed) => void): void
}

/** The worker's global, which TypeScript's library for pages does not know. */
export const scope = globalThis as unknown as Scope
