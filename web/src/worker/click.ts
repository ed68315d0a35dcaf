import { scope } from './scope.ts'

/** Brings the app to the front: a window of it that is open, else a new one. */
export const onClick = async (notification: Notification): Promise<void> => {
  notification.close()
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const best = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0]
  await (best ? best.focus() : scope.clients.openWindow('/'))
}
