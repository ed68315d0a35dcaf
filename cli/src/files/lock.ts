import { open, readFile, rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { CliError, EXIT } from '../errors.ts'
import { fileError } from './read-input.ts'

const tries = 100
const pauseMs = 50

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const take = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${process.pid}\n`)
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw fileError(path, 'written', error)
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** A process that was killed in the middle leaves its lock behind; its number is then nobody's. */
const dropAbandoned = async (path: string): Promise<void> => {
  const pid = Number(await readFile(path, 'utf8').catch(() => ''))
  if (Number.isSafeInteger(pid) && pid > 0 && !isAlive(pid)) await rm(path, { force: true })
}

/** Does `work` while no other kez does work under the same path; waits about five seconds for its turn. */
export const withLock = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  for (let tried = 0; !(await take(path)); tried++) {
    if (tried >= tries) throw new CliError(EXIT.files, 'busy', `another kez is writing; if none is, remove ${path}`)
    await dropAbandoned(path)
    await pause(pauseMs * (0.5 + Math.random()))
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}
