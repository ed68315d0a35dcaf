import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { EmbeddedError } from '../errors.ts'
import { type ProcessRef, processRef } from './identity.ts'
import { openLogFile } from './log-file.ts'
import { guardedCommand, type OrphanGuard, orphanGuard, startWatchdog } from './orphan-guard.ts'

/** A system account to run as; only root can choose one. */
export type Account = { readonly uid: number; readonly gid: number }

export type ChildSpec = {
  /** What people call it, in messages. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Output of the child goes here (append, 0600). */
  readonly logFile: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly account?: Account | undefined
  /** How to ask for an end, politely first: each signal with the time it is given, in milliseconds. */
  readonly stopSteps: readonly (readonly [signal: NodeJS.Signals, timeoutMs: number])[]
  readonly guard?: OrphanGuard
}

export type ChildExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A running server process in a process group of its own, so that a Ctrl-C in the terminal does not reach it. */
export type Child = {
  readonly ref: ProcessRef
  readonly exited: Promise<ChildExit>
  readonly hasExited: () => boolean
  readonly kill: (signal: NodeJS.Signals) => void
  /** Asks it to end, more and more firmly; resolves when it is gone. */
  readonly stop: () => Promise<ChildExit>
}

/**
 * Starts a process.
 * @throws EmbeddedError `child_failed` when it cannot be started at all.
 */
export const startChild = async (spec: ChildSpec): Promise<Child> => {
  const guard = spec.guard ?? orphanGuard()
  const { command, args } = guardedCommand(guard, spec.command, spec.args)
  const log = openLogFile(spec.logFile)
  const child = spawn(command, args, {
    cwd: spec.cwd,
    env: { ...spec.env },
    stdio: ['ignore', log, log],
    detached: true,
    ...(spec.account === undefined ? {} : { uid: spec.account.uid, gid: spec.account.gid }),
  })
  closeSync(log)

  let gone = false
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true
      resolve({ code, signal })
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) =>
      reject(new EmbeddedError('child_failed', `${spec.name} could not be started: ${cause.message}`, { cause })),
    )
  })
  const pid = child.pid ?? 0
  const ref = processRef(pid) ?? { pid, started: 'gone' }
  const watchdog = guard === 'watchdog' ? startWatchdog(pid) : undefined
  void exited.then(() => watchdog?.release())

  const kill = (signal: NodeJS.Signals) => {
    if (!gone) child.kill(signal)
  }
  const stop = async () => {
    for (const [signal, timeoutMs] of spec.stopSteps) {
      kill(signal)
      if (await within(exited, timeoutMs)) return exited
    }
    killGroup(pid)
    return exited
  }
  return { ref, exited, hasExited: () => gone, kill, stop }
}

const killGroup = (pid: number) => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is empty already.
  }
}

const within = async (promise: Promise<unknown>, timeoutMs: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  try {
    return await Promise.race([promise.then(() => true), timeout])
  } finally {
    clearTimeout(timer)
  }
}
