import { versionName } from '../app/version.ts'
import { release } from './release.ts'
import { scope } from './scope.ts'

const prefix = versionName('')

/**
 * Lets go of versions that no page needs: each page holds a lock that names its own. While one is there that holds none
 * yet, or another version of the worker is on its way, everything stays.
 */
export const tidy = async (): Promise<void> => {
  const { installing, waiting } = scope.registration
  if (installing || waiting) return
  const { held = [] } = await navigator.locks.query()
  const needed = held.map(({ name = '' }) => name).filter((name) => name.startsWith(prefix))
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (pages.length > needed.length) return
  for (const name of await caches.keys()) {
    const isOld = name.startsWith(prefix) && name !== versionName(release().build)
    if (isOld && !needed.includes(name)) await caches.delete(name)
  }
}
