const patience = 2_000

const isReachable = async (): Promise<boolean> => {
  try {
    await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(patience) })
    return true
  } catch {
    return false
  }
}

/**
 * Loads the page anew, so that nothing stays in its memory. Where the app could not be loaded again, it answers false
 * and leaves the page as it is.
 */
export const freshPage = async (): Promise<boolean> => {
  if (!(await isReachable())) return false
  window.location.reload()
  // The page ends here; whoever waits for this must not go on.
  return new Promise(() => undefined)
}
