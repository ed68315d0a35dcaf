import { join } from 'node:path'
import { findNatsServer } from '@kez-chat/embedded'
import { ensureBrowser } from '@kez-chat/testkit'
import { runChecks } from './check.ts'
import { createProgress } from './launcher/progress.ts'
import { buildWebApp, webApp } from './launcher/web-build.ts'
import { type Steadied, tryAgain } from './tests/second-try.ts'
import { runVitest } from './tests/vitest.ts'

// Against a test that hangs for ever. On two quiet cores all of it takes less than half of this.
const vitestTimeoutMs = 2_700_000
const progress = createProgress(process.stdout)
const filters = process.argv.slice(2)

/** Gets what the tests run against; each part is a step that says what it does. */
const prepare = async (): Promise<void> => {
  let what = 'Looking for nats-server'
  const onStep = (step: string) => {
    what = step
  }
  const nats = await progress.step(
    () => what,
    () => findNatsServer({ onStep }),
  )
  process.env.NATS_SERVER_BIN = nats.path
  what = 'Looking for a browser'
  process.env.KEZ_TEST_BROWSER = await progress.step(
    () => what,
    () => ensureBrowser(onStep),
  )
  if (!webApp().isCurrent) await progress.step('Building the web app', buildWebApp)
}

const main = async (): Promise<Steadied> => {
  const checks = filters.length === 0 ? runChecks() : { passed: 0, failed: 0 }
  try {
    await prepare()
  } catch (error) {
    progress.say(error instanceof Error ? error.message : String(error))
    return { passed: checks.passed, failed: checks.failed + 1, unsteady: [] }
  }
  const run = (args: readonly string[]) => runVitest(args, vitestTimeoutMs)
  const tests = await tryAgain(await run(filters), join(import.meta.dirname, '..'), run)
  return { ...tests, passed: checks.passed + tests.passed, failed: checks.failed + tests.failed }
}

const { passed, failed, unsteady } = await main()
if (unsteady.length > 0) console.log(`\nFailed beside the other tests, and passed alone:\n  ${unsteady.join('\n  ')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
