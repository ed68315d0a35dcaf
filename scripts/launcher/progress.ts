export type Progress = {
  /** Runs a step of work, showing what it is and how long it took. */
  readonly step: <Result>(what: string | (() => string), work: () => Promise<Result>) => Promise<Result>
  /** A line on its own. */
  readonly say: (line: string) => void
}

type Output = { readonly isTTY?: boolean; readonly write: (text: string) => unknown }

const slowMs = 2_000

/** Shows progress: a running clock in a terminal, one finished line per step elsewhere. */
export const createProgress = (out: Output): Progress => {
  const isTerminal = out.isTTY === true
  const clear = isTerminal ? '\r\x1b[K' : ''
  const color = (code: number, text: string) =>
    isTerminal && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text
  return {
    say: (line) => out.write(`${clear}${line}\n`),
    step: async (name, work) => {
      const what = () => (typeof name === 'string' ? name : name())
      const started = performance.now()
      const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
      const draw = () => out.write(`${clear}  ${what()} … ${Math.round(Number(seconds()))} s`)
      const clock = isTerminal ? setInterval(draw, 1000) : setTimeout(() => out.write(`  ${what()} …\n`), slowMs)
      if (isTerminal) out.write(`  ${what()} …`)
      try {
        const result = await work()
        out.write(`${clear}${color(32, '✓')} ${what()} … ${seconds()} s\n`)
        return result
      } catch (error) {
        out.write(`${clear}${color(31, '✗')} ${what()}\n`)
        throw error
      } finally {
        clearTimeout(clock)
      }
    },
  }
}
