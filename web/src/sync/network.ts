/** Tells when the network came or went, and when the page is looked at again, until the signal aborts. */
export const listenToNetwork = (
  { onChange, onVisible }: { readonly onChange: () => void; readonly onVisible: () => void },
  signal: AbortSignal,
): void => {
  window.addEventListener('online', onChange, { signal })
  window.addEventListener('offline', onChange, { signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && onVisible(), { signal })
}
