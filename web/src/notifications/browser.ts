import { registerWorker } from '../offline/worker.ts'
import { NotificationsError } from './errors.ts'

const patience = 20_000

const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new DOMException('', 'TimeoutError')), patience)),
  ])

/** Starts the worker where it does not run yet; throws NotificationsError `no_worker`. */
export const startWorker = async (): Promise<ServiceWorkerRegistration> => {
  try {
    await registerWorker()
    return await inTime(navigator.serviceWorker.ready)
  } catch (cause) {
    throw new NotificationsError('no_worker', { cause })
  }
}

/** The subscription that this browser has for the app, if it has one. */
export const ownSubscription = async (): Promise<PushSubscription | undefined> => {
  const registration = await navigator.serviceWorker?.getRegistration()
  return (await registration?.pushManager?.getSubscription()) ?? undefined
}

/** A new subscription in place of the one that there may be. Never asks: the permission must have been given before. */
export const subscribeAnew = async (key: string): Promise<PushSubscription> => {
  const { pushManager } = await startWorker()
  try {
    await (await pushManager.getSubscription())?.unsubscribe()
    return await inTime(pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))
  } catch (cause) {
    const denied = cause instanceof DOMException && cause.name === 'NotAllowedError'
    throw new NotificationsError(denied ? 'denied' : 'push_service', { cause })
  }
}

/** Takes away what is still shown: whoever looks at the app has been told. */
export const closeShown = async (): Promise<void> => {
  const registration = await navigator.serviceWorker?.getRegistration()
  for (const shown of (await registration?.getNotifications()) ?? []) shown.close()
}
