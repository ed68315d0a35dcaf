/**
 * Does something a moment after it was asked for, once for all who ask in between, and again no sooner than `between` ms
 * after the last time.
 */
export const createSoon = (
  work: () => void,
  { wait, between }: { readonly wait: number; readonly between: number },
) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  return {
    ask: (): void => {
      timer ??= setTimeout(
        () => {
          timer = undefined
          last = performance.now()
          work()
        },
        Math.max(wait, last + between - performance.now()),
      )
    },
    stop: (): void => clearTimeout(timer),
  }
}
