/** One side of a pair: named figures, of which `main` is the one that the ratio is made of. */
export type Figures = { main: number } & Record<string, number>

/** A measurement of ours beside the bare part it stands on, both taken in the same run. */
export type Pair = { bare: Figures; ours: Figures }

/** A benchmark, once its servers and load processes are up. */
export type Prepared = {
  bare(): Promise<Figures>
  ours(): Promise<Figures>
  stop(): Promise<void>
}

export type Bench = {
  name: string
  /** What is measured, and what the bare part is. */
  describe: string
  unit: string
  better: 'higher' | 'lower'
  /** The ratio ours/bare that must be reached (or, where lower is better, not exceeded). */
  bar?: number
  pairs: number
  prepare(): Promise<Prepared>
}

/** The middle value; the mean of the two middle ones for an even count. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The value below which the share `p` (0–1) of the values lies, by nearest rank. */
export const percentile = (values: readonly number[], p: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN
}
