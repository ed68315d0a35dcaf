const sameKeyPressMs = 1_000

/**
 * Calls `stop` at the first SIGINT or SIGTERM and `force` at a later one. One Ctrl-C can arrive several times: from the
 * terminal, from npm and from the set-up that passes it on; what comes within a second is the same. Returns how to end
 * this.
 */
export const onStopSignal = (stop: () => void, force: () => void): (() => void) => {
  let first: number | undefined
  const onSignal = () => {
    const now = performance.now()
    if (first === undefined) {
      first = now
      stop()
    } else if (now - first > sameKeyPressMs) force()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
}
