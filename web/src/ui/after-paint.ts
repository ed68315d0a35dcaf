/** Long enough for a slow phone's next frame. */
const soon = 250

/** Calls `then` once what is there now is painted; in a tab that nobody sees, which paints nothing, soon. */
export const afterPaint = (then: () => void): void => {
  let called = false
  const once = (): void => {
    if (called) return
    called = true
    then()
  }
  requestAnimationFrame(() => setTimeout(once))
  setTimeout(once, soon)
}
