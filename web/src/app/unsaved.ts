let count = 0
const waiting = new Set<() => void>()

/** Says that something is here that would be lost with the page. Call what it returns once it is stored, or given up. */
export const holdUnsaved = (): (() => void) => {
  count++
  let held = true
  return () => {
    if (!held) return
    held = false
    count--
    if (count > 0) return
    for (const tell of waiting) tell()
    waiting.clear()
  }
}

/** Whether nothing would be lost with the page, now or within `patience` ms. */
export const isAllSaved = (patience: number): Promise<boolean> => {
  if (count === 0) return Promise.resolve(true)
  return new Promise((resolve) => {
    waiting.add(() => resolve(true))
    setTimeout(() => resolve(count === 0), patience)
  })
}
