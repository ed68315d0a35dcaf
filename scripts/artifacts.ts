import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runStages } from './deploy/stages.ts'
import { createProgress } from './launcher/progress.ts'

// What `docker build --target export` gives, without a container engine: for Dockerfile.runtime.
const root = join(import.meta.dirname, '..')
const [to, work = join(root, '.cache', 'stages')] = process.argv.slice(2)
if (to === undefined) {
  console.error('Say where to: node scripts/run.mjs scripts/artifacts.ts <folder> [<work folder>]')
  process.exit(2)
}

const progress = createProgress(process.stdout)
let what = 'Reading the sources'
const built = await progress.step(
  () => what,
  () =>
    runStages({
      root,
      work: resolve(work),
      target: 'export',
      onStep: (step) => {
        what = step
      },
    }),
)
rmSync(to, { recursive: true, force: true })
mkdirSync(to, { recursive: true })
cpSync(built, to, { recursive: true, verbatimSymlinks: true })
progress.say(`Artifacts are in ${resolve(to)}`)
