import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * One incarnation of a process. A pid alone is used again by the system; together with the moment the process
 * started (and the boot it started in) it names one process for ever.
 */
export type ProcessRef = { readonly pid: number; readonly started: string }

/** The incarnation that has this pid now; undefined when there is none (a zombie counts as none). */
export const processRef = (pid: number): ProcessRef | undefined => {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether this very incarnation still runs. */
export const isRunning = (ref: ProcessRef): boolean => processRef(ref.pid)?.started === ref.started

const startedOnLinux = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold blanks and parentheses itself; fields count from after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const state = fields[0]
    const ticks = fields[19]
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`
  } catch {
    return undefined
  }
}

const startedByPs = (pid: number): string | undefined => {
  try {
    const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5_000,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    })
      .trim()
      .split(/\s+/)
    return state === undefined || state === '' || state.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}
