import { type Bench, type Figures, median, type Pair } from './bench.ts'

export type Summary = {
  name: string
  unit: string
  pairs: number
  bare: Figures
  ours: Figures
  /** Median over the pairs of ours/bare. */
  ratio: number
  bar?: number
  reached?: boolean
}

const middle = (samples: readonly Figures[]): Figures => {
  const names = Object.keys(samples[0] ?? {})
  const figures = names.map((name) => [name, median(samples.map((sample) => sample[name] ?? Number.NaN))] as const)
  return { main: Number.NaN, ...Object.fromEntries(figures) }
}

/** Medians of both sides and the median ratio of the pairs, judged against the bar. */
export const summarise = (bench: Omit<Bench, 'prepare'>, pairs: readonly Pair[]): Summary => {
  const ratio = median(pairs.map(({ bare, ours }) => ours.main / bare.main))
  const summary = {
    name: bench.name,
    unit: bench.unit,
    pairs: pairs.length,
    bare: middle(pairs.map((p) => p.bare)),
    ours: middle(pairs.map((p) => p.ours)),
    ratio,
  }
  if (bench.bar === undefined) return summary
  return { ...summary, bar: bench.bar, reached: bench.better === 'higher' ? ratio >= bench.bar : ratio <= bench.bar }
}

/** Runs interleaved pairs, each second one in reverse order so that a drifting machine favours neither side. */
export const run = async (bench: Bench, report: (line: string) => void): Promise<Summary> => {
  report(`${bench.name}: ${bench.describe}`)
  const prepared = await bench.prepare()
  try {
    const pairs: Pair[] = []
    for (let i = 0; i < bench.pairs; i++) {
      const pair = i % 2 === 0 ? { bare: await prepared.bare(), ours: await prepared.ours() } : await reversed(prepared)
      pairs.push(pair)
      report(
        `  pair ${i + 1}/${bench.pairs}: bare ${show(pair.bare)}, ours ${show(pair.ours)}, ratio ${(pair.ours.main / pair.bare.main).toFixed(2)}`,
      )
    }
    return summarise(bench, pairs)
  } finally {
    await prepared.stop()
  }
}

const reversed = async (prepared: { bare(): Promise<Figures>; ours(): Promise<Figures> }): Promise<Pair> => {
  const ours = await prepared.ours()
  return { bare: await prepared.bare(), ours }
}

const show = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name === 'main' ? '' : `${name} `}${value >= 100 ? value.toFixed(0) : value.toFixed(2)}`)
    .join(' ')
