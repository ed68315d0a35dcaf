import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const env = {
  ...process.env,
  NO_COLOR: '1',
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
}

/** A check is a command; `holds` may look at what it printed, for tools that exit green without having looked. */
type Check = { name: string; command: string[]; holds?: (output: string) => string | undefined }

const checks: Check[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  {
    name: 'import directions',
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.mjs',
      'libs',
      'services',
      'web',
      'cli',
      'bench',
      'scripts',
      'examples',
    ],
    holds: (output) => {
      const cruised = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0)
      return cruised > 50 ? undefined : `only ${cruised} modules were looked at`
    },
  },
  { name: 'unused exports and dependencies', command: ['knip', '--no-config-hints'] },
  { name: 'Kubernetes manifests', command: [process.execPath, join(root, 'scripts', 'check-k8s.ts')] },
]

/** Runs every check and reports each; returns how many passed and failed. */
export const runChecks = (): { passed: number; failed: number } => {
  let failed = 0
  for (const check of checks) {
    const started = performance.now()
    const [command = '', ...args] = check.command
    const run = spawnSync(command, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 64 << 20 })
    const output = `${run.stdout ?? ''}${run.stderr ?? ''}`
    const why = run.error ? run.error.message : run.status === 0 ? check.holds?.(output) : output.trim()
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    if (why === undefined) console.log(`✓ ${check.name} (${seconds} s)`)
    else {
      failed += 1
      console.log(`✗ ${check.name} (${seconds} s)\n${why}\n`)
    }
  }
  return { passed: checks.length - failed, failed }
}

if (import.meta.main) process.exit(runChecks().failed > 0 ? 1 : 0)
