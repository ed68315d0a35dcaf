const patience = 2_000

/** What a step that a browser may refuse or never finish has cost at most. */
const attempt = async (step: Promise<unknown>): Promise<void> => {
  await Promise.race([step, new Promise((resolve) => setTimeout(resolve, patience))]).catch(() => undefined)
}

const endWorkers = async (): Promise<void> => {
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? []
  await Promise.all(
    workers.map(async (worker) => {
      await (await worker.pushManager?.getSubscription())?.unsubscribe()
      await worker.unregister()
    }),
  )
}

const emptyCaches = async (): Promise<void> => {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)))
}

/** Each tab has a storage of its own. */
export const eraseTabTraces = (): void => sessionStorage.clear()

/** Everything that the app can leave in a browser outside of IndexedDB. */
export const eraseTraces = async (): Promise<void> => {
  localStorage.clear()
  eraseTabTraces()
  await attempt(endWorkers())
  await attempt(emptyCaches())
}
