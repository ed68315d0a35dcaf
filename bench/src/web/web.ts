import type { Bench, Figures } from '../frame/bench.ts'
import type { Work } from './page/main.ts'
import { type BenchPage, openBenchPage } from './page.ts'

const messages = 1_000

const inPage =
  (bare: Work, ours: Work, figures: (page: BenchPage, work: Work) => Promise<Figures>): Bench['prepare'] =>
  async () => {
    const page = await openBenchPage()
    // Compiled and warm before the first pair.
    for (const work of [bare, ours]) await page.perform(work)
    return { bare: () => figures(page, bare), ours: () => figures(page, ours), stop: page.stop }
  }

const perSecond = async (page: BenchPage, work: Work): Promise<Figures> => {
  const { took, blocked } = await page.perform(work)
  return { main: (messages * 1_000) / took, longest_block_ms: blocked }
}

const inMilliseconds = async (page: BenchPage, work: Work): Promise<Figures> => {
  const { took, blocked } = await page.perform(work)
  return { main: took, longest_block_ms: blocked }
}

/** Sealing in the browser. */
export const webSeal: Bench = {
  name: 'web-seal',
  describe: `messages sealed per second in Chromium, ${messages} at a time, vs the bare primitives of noble and WebCrypto; longest_block_ms: how long the page could do nothing else at most`,
  unit: 'messages/s',
  better: 'higher',
  bar: 0.5,
  pairs: 5,
  prepare: inPage('seal-bare', 'seal-ours', perSecond),
}

/** Opening in the browser, as after a long absence. */
export const webOpen: Bench = {
  name: 'web-open',
  describe: `messages opened per second in Chromium, ${messages} at a time, vs the bare primitives of noble and WebCrypto; longest_block_ms: how long the page could do nothing else at most`,
  unit: 'messages/s',
  better: 'higher',
  bar: 0.5,
  pairs: 5,
  prepare: inPage('open-bare', 'open-ours', perSecond),
}

/** Unlocking in the browser. */
export const webUnlock: Bench = {
  name: 'web-unlock',
  describe:
    'milliseconds from the passphrase to the open vault in Chromium, Argon2id in a worker made for it, vs bare hash-wasm on the main thread; longest_block_ms: how long the page could do nothing else at most',
  unit: 'ms',
  better: 'lower',
  bar: 2.5,
  pairs: 7,
  prepare: inPage('unlock-bare', 'unlock-ours', inMilliseconds),
}
