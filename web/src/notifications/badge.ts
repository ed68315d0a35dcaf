let shown: number | undefined

/** The number on the app's icon, where there is such a thing. */
export const showBadge = (unread: number): void => {
  if (unread === shown) return
  shown = unread
  const done = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.()
  void done?.catch(() => undefined)
}
