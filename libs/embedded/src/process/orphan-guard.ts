import { spawn, spawnSync } from 'node:child_process'

/**
 * How a child learns that its parent died without a word (SIGKILL): on Linux the kernel sends it SIGINT
 * (`setpriv --pdeathsig`), elsewhere a small watchdog does, whose stdin closes when the parent dies.
 */
export type OrphanGuard = 'pdeathsig' | 'watchdog'

let detected: OrphanGuard | undefined

/** The guard this machine offers. */
export const orphanGuard = (): OrphanGuard => {
  detected ??=
    process.platform === 'linux' &&
    spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true'], { timeout: 5_000 }).status === 0
      ? 'pdeathsig'
      : 'watchdog'
  return detected
}

/** The command line that starts `command` under the guard; the pid stays the one that is spawned. */
export const guardedCommand = (guard: OrphanGuard, command: string, args: readonly string[]) =>
  guard === 'pdeathsig'
    ? { command: 'setpriv', args: ['--pdeathsig', 'INT', '--', command, ...args] }
    : { command, args: [...args] }

const watchdogScript = 'cat >/dev/null; kill -INT "$1" 2>/dev/null; sleep 10; kill -KILL "$1" 2>/dev/null'

/** Watches a child on behalf of this process; `release` once the child is gone, before its pid is used again. */
export const startWatchdog = (pid: number): { release(): void } => {
  const watchdog = spawn('/bin/sh', ['-c', watchdogScript, 'watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watchdog.on('error', () => {})
  watchdog.stdin.on('error', () => {})
  watchdog.unref()
  return {
    release() {
      if (watchdog.pid === undefined || watchdog.exitCode !== null) return
      try {
        process.kill(-watchdog.pid, 'SIGKILL')
      } catch {
        // It ended in this moment.
      }
    },
  }
}
