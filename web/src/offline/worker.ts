import { scriptUrl, serviceWorkerScript } from '../app/trusted-types.ts'
import type { FromPage } from '../worker/told.ts'

/** The service worker, started where it does not run yet; a new version of it is looked for. */
export const registerWorker = (): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register(scriptUrl(serviceWorkerScript), { updateViaCache: 'none' })

export const tell = (worker: ServiceWorker | null, message: FromPage): void => worker?.postMessage(message)
