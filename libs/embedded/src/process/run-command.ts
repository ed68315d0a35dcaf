import { spawn } from 'node:child_process'

export type CommandOptions = {
  readonly timeoutMs: number
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly account?: { readonly uid: number; readonly gid: number } | undefined
}
export type CommandResult = { readonly ok: boolean; readonly stdout: string; readonly stderr: string }

const maxOutput = 256 * 1024

/** Runs a short command to its end, with a bound on time and on kept output; never throws. */
export const runCommand = (command: string, args: readonly string[], options: CommandOptions) =>
  new Promise<CommandResult>((resolve) => {
    const { account, cwd, env, timeoutMs } = options
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: { ...env } }),
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-maxOutput)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-maxOutput)
    })
    child.on('error', (error) => resolve({ ok: false, stdout, stderr: error.message }))
    child.on('close', (code, signal) => {
      const timedOut = signal === 'SIGKILL' ? `\nended after ${Math.round(timeoutMs / 1000)} s without a result` : ''
      resolve({ ok: code === 0, stdout, stderr: stderr + timedOut })
    })
  })
