import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Counts, countTests, type FailedFile, listFailed } from './counts.ts'

const root = join(import.meta.dirname, '..', '..')

export type Run = Counts & { readonly failures: readonly FailedFile[] }

/** Runs vitest, showing what it prints; returns what passed and failed. Ends it when this process is asked to end. */
export const runVitest = async (args: readonly string[], timeoutMs: number): Promise<Run> => {
  const dir = mkdtempSync(join(tmpdir(), 'kez-results-'))
  const results = join(dir, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const vitest = spawn(
    process.execPath,
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...args],
    { cwd: root, stdio: 'inherit', timeout: timeoutMs },
  )
  const forward = (signal: NodeJS.Signals) => vitest.kill(signal)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  const code = await new Promise<number | null>((resolve) => {
    vitest.once('error', () => resolve(1))
    vitest.once('close', resolve)
  })
  try {
    const json = existsSync(results) ? readFileSync(results, 'utf8') : undefined
    return { ...countTests(json, code), failures: json === undefined ? [] : listFailed(json) }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
