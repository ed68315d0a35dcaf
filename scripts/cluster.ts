import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endWith, runSuite } from './tests/suite.ts'

/** `--killing` or `--killing=<seed>`, and what goes to vitest. */
const readArguments = (given: readonly string[]): { seed: string | undefined; rest: string[] } => {
  const killing = given.find((one) => one === '--killing' || one.startsWith('--killing='))
  const seed = killing?.includes('=') ? killing.split('=')[1] : String(Math.floor(Math.random() * 1_000_000))
  return { seed: killing === undefined ? undefined : seed, rest: given.filter((one) => one !== killing) }
}

const { seed, rest } = readArguments(process.argv.slice(2))
process.env.KEZ_TEST_TOPOLOGY = 'cluster'
const logs = mkdtempSync(join(tmpdir(), 'kez-cluster-logs-'))
process.env.KEZ_TEST_LOGS = logs
if (seed !== undefined) {
  process.env.KEZ_TEST_KILLING = seed
  console.log(`A node and a service are killed every few seconds; once more the same: --killing=${seed}`)
}
const run = await runSuite({ config: 'vitest.cluster.config.ts', args: rest, inBrowsers: true })
if (run.failed === 0) rmSync(logs, { recursive: true, force: true })
else console.log(`\nWhat every server and service wrote, and what was killed when: ${logs}`)
endWith(run)
