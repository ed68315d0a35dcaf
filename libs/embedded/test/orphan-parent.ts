import { startChild } from '../src/process/child.ts'
import type { OrphanGuard } from '../src/process/orphan-guard.ts'

// A launcher for the tests: starts a child, says its pid, and waits to be killed.
const [guard, logFile = ''] = process.argv.slice(2)
const guards: Record<string, OrphanGuard> = { pdeathsig: 'pdeathsig', watchdog: 'watchdog' }
const child = await startChild({
  name: 'sleeper',
  command: 'sleep',
  args: ['600'],
  logFile,
  cwd: '/',
  env: { PATH: process.env.PATH ?? '' },
  stopSteps: [],
  ...(guard && guards[guard] ? { guard: guards[guard] } : {}),
})
console.log(JSON.stringify(child.ref))
setInterval(() => {}, 1000)
