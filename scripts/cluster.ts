import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNatsServer } from '@kez-chat/embedded'
import { ensureBrowser, ensureFirefox } from '@kez-chat/testkit'
import { runVitest } from './tests/vitest.ts'

const timeoutMs = 3_600_000
const onStep = (step: string): void => console.log(step)

/** `--killing` or `--killing=<seed>`, and what goes to vitest. */
const readArguments = (given: readonly string[]): { seed: string | undefined; rest: string[] } => {
  const killing = given.find((one) => one === '--killing' || one.startsWith('--killing='))
  const seed = killing?.includes('=') ? killing.split('=')[1] : String(Math.floor(Math.random() * 1_000_000))
  return { seed: killing === undefined ? undefined : seed, rest: given.filter((one) => one !== killing) }
}

const { seed, rest } = readArguments(process.argv.slice(2))
process.env.NATS_SERVER_BIN = (await findNatsServer({ onStep })).path
process.env.KEZ_TEST_BROWSER = await ensureBrowser(onStep)
process.env.KEZ_TEST_FIREFOX = await ensureFirefox(onStep)
process.env.KEZ_TEST_TOPOLOGY = 'cluster'
const logs = mkdtempSync(join(tmpdir(), 'kez-cluster-logs-'))
process.env.KEZ_TEST_LOGS = logs
if (seed !== undefined) {
  process.env.KEZ_TEST_KILLING = seed
  console.log(`A node and a service are killed every few seconds; once more the same: --killing=${seed}`)
}
const { passed, failed } = await runVitest(['--config', 'vitest.cluster.config.ts', ...rest], timeoutMs)
if (failed === 0) rmSync(logs, { recursive: true, force: true })
else console.log(`\nWhat every server and service wrote, and what was killed when: ${logs}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
