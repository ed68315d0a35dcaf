import { type ReadonlySignal, signal } from '@preact/signals-core'
import { indexOlder, isIndexed } from '../storage/search.ts'
import type { Store } from '../storage/store.ts'

const missing = signal(false)

/** Whether a part of the history cannot be found yet. */
export const incomplete: ReadonlySignal<boolean> = missing

const idle = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 1_000 })
    else setTimeout(resolve, 50)
  })

/**
 * Indexes what was stored before there was an index, a little whenever the page is idle. One tab does it; when the page
 * ends or there is no space, the next visit goes on.
 */
export const indexHistory = async (store: Store, ended: AbortSignal): Promise<void> => {
  missing.value = !(await isIndexed(store))
  if (!missing.value) return
  await navigator.locks.request('kez-chat-index', { signal: ended }, async () => {
    do await idle()
    while (!ended.aborted && (await indexOlder(store)))
    missing.value = ended.aborted
  })
}
