/** First and longest pause, ms, and how fast the one grows to the other. */
export type Growth = { readonly first: number; readonly most: number; readonly factor: number }

export type GrowingPause = {
  /** ms to wait this time. */
  next(): number
}

/** Pauses that grow `factor`-fold from `first` to `most` ms, each with jitter. */
export const createGrowingPause = (first: number, most: number, factor: number): GrowingPause => {
  let times = 0
  return {
    next: () => {
      const whole = Math.min(most, first * factor ** Math.min(times, 30))
      times += 1
      return whole * (0.5 + Math.random() / 2)
    },
  }
}
