import { signal } from '@preact/signals-core'
import { topBar } from '../app/top-bar.ts'
import { isAllSaved } from '../app/unsaved.ts'
import { type Update, updateBar } from './bar.ts'
import { registerWorker, tell } from './worker.ts'

const lookEvery = 60 * 60_000
const jitter = 10 * 60_000
const savesWithin = 2_000
const takesOverWithin = 10_000

const update = signal<Update>('none')

const offer = (): void => {
  if (update.value === 'none') update.value = 'there'
}

/** A worker that has taken over from another one is of a newer version; the first one is of the version that is here. */
const followController = (): void => {
  const { serviceWorker } = navigator
  let before = serviceWorker.controller
  serviceWorker.addEventListener('controllerchange', () => {
    if (before) offer()
    before = serviceWorker.controller
    tell(before, { type: 'here' })
  })
}

const followArrivals = (registration: ServiceWorkerRegistration): void => {
  const look = (): void => {
    if (registration.waiting && registration.active) offer()
  }
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look))
  look()
}

/** Browsers look when the app is opened; one that stays open looks by itself. */
const lookNowAndThen = (registration: ServiceWorkerRegistration): void => {
  let next = 0
  const plan = (): void => {
    next = Date.now() + lookEvery + Math.random() * jitter
  }
  const look = (): void => {
    if (document.visibilityState !== 'visible' || Date.now() < next) return
    plan()
    void registration.update().catch(() => undefined)
  }
  plan()
  document.addEventListener('visibilitychange', look)
  setInterval(look, jitter)
}

const takenOver = (): Promise<void> =>
  new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true })
    setTimeout(resolve, takesOverWithin)
  })

/** Loads this tab anew in the new version; the other tabs go on with theirs until they are asked. */
const takeUpdate = async (registration: ServiceWorkerRegistration): Promise<void> => {
  if (update.value === 'working') return
  update.value = 'working'
  if (!(await isAllSaved(savesWithin))) {
    update.value = 'unsaved'
    return
  }
  if (registration.waiting) {
    const done = takenOver()
    tell(registration.waiting, { type: 'update' })
    await done
  }
  window.location.reload()
}

/** Starts the worker, which keeps the app for when there is no network, and says when there is a newer version. */
export const followWorker = async (): Promise<void> => {
  if (!('serviceWorker' in navigator)) return
  followController()
  const registration = await registerWorker()
  await navigator.serviceWorker.ready
  tell(registration.active, { type: 'here' })
  followArrivals(registration)
  lookNowAndThen(registration)
  topBar.value = () => updateBar(update.value, () => takeUpdate(registration))
}
