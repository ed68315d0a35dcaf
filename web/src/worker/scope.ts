export type Extendable = Event & { waitUntil(work: Promise<unknown>): void }
export type Clicked = Extendable & { readonly notification: Notification }
export type Changed = Extendable & {
  readonly oldSubscription?: PushSubscription | null
  readonly newSubscription?: PushSubscription | null
}
export type Asked = Extendable & {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
export type Told = Extendable & { readonly data: unknown }

type WindowClient = {
  readonly visibilityState: DocumentVisibilityState
  focus(): Promise<unknown>
  postMessage(message: unknown, transfer: Transferable[]): void
}

type Scope = {
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>
    openWindow(url: string): Promise<unknown>
    claim(): Promise<void>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate' | 'push', listener: (event: Extendable) => void): void
  addEventListener(type: 'fetch', listener: (event: Asked) => void): void
  addEventListener(type: 'message', listener: (event: Told) => void): void
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void
  addEventListener(type: 'pushsubscriptionchange', listener: (event: Changed) => void): void
}

/** The worker's global, which TypeScript's library for pages does not know. */
export const scope = globalThis as unknown as Scope
