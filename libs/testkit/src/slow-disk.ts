import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installByApt, isDebian, lastWords } from './apt-install.ts'

/** strace is not here and could not be installed, or may not look into the process. */
export class StraceUnavailable extends Error {
  override readonly name = 'StraceUnavailable'
}

const findStrace = (): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']
    .filter(Boolean)
    .map((folder) => join(folder, 'strace'))
    .find((path) => existsSync(path))

const ensureStrace = async (): Promise<string> => {
  const present = findStrace()
  if (present) return present
  let reason = 'this is not a Debian with apt'
  if (isDebian()) await installByApt('strace').catch((error: unknown) => (reason = lastWords(error)))
  const found = findStrace()
  if (found) return found
  throw new StraceUnavailable(
    `This test needs strace (Linux), which could not be installed (${reason}). Install it by hand: apt-get install strace.`,
  )
}

/**
 * Makes every fsync and fdatasync of a process take `ms` longer, until the returned function is called. Linux only.
 * @throws StraceUnavailable
 */
export const slowDownDisk = async (pid: number, ms: number): Promise<() => Promise<void>> => {
  const strace = await ensureStrace()
  const inject = `inject=fsync,fdatasync:delay_exit=${ms * 1000}`
  const child = spawn(
    strace,
    ['-f', '-p', String(pid), '-e', 'trace=fsync,fdatasync', '-e', inject, '-o', '/dev/null'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  await untilAttached(child)
  return async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    await gone
  }
}

const untilAttached = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += String(chunk)
      if (/attached/.test(said)) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new StraceUnavailable(`strace cannot look into the process: ${said.trim()}`)))
  })
