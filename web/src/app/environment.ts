/** Why the app cannot run here, or undefined when it can. */
export const obstacle = (): 'insecure' | 'outdated' | undefined => {
  if (!window.isSecureContext) return 'insecure'
  const needed = [
    globalThis.crypto?.subtle,
    globalThis.indexedDB,
    globalThis.BroadcastChannel,
    globalThis.WebAssembly,
    navigator.locks,
    AbortSignal.any,
  ]
  return needed.some((part) => part === undefined) ? 'outdated' : undefined
}
