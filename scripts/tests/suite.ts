import { findNatsServer } from '@kez-chat/embedded'
import { ensureBrowser, ensureFirefox } from '@kez-chat/testkit'
import { type Run, runVitest } from './vitest.ts'

const timeoutMs = 3_600_000
const onStep = (step: string): void => console.log(step)

type SuiteOptions = {
  /** Its configuration of vitest. */
  readonly config: string
  /** More arguments for vitest. */
  readonly args: readonly string[]
  readonly inBrowsers?: boolean
}

/** Runs a suite that `npm test` is too short for, once what it needs is installed. */
export const runSuite = async ({ config, args, inBrowsers = false }: SuiteOptions): Promise<Run> => {
  process.env.NATS_SERVER_BIN = (await findNatsServer({ onStep })).path
  if (inBrowsers) {
    process.env.KEZ_TEST_BROWSER = await ensureBrowser(onStep)
    process.env.KEZ_TEST_FIREFOX = await ensureFirefox(onStep)
  }
  return runVitest(['--config', config, ...args], timeoutMs)
}

/** Says what came of it in one line, and ends. */
export const endWith = ({ passed, failed }: Run): never => {
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}
