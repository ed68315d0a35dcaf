import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const installTimeoutMs = 480_000
const lockTimeoutMs = 300_000

/** Whether packages can be installed with apt from Debian. */
export const isDebian = (): boolean =>
  existsSync('/usr/bin/apt-get') &&
  existsSync('/etc/os-release') &&
  /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))

/** Installs a Debian package with what it needs, as root or by sudo without a password. */
export const installByApt = async (debianPackage: string): Promise<void> => {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const apt = [
    ...asRoot,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${lockTimeoutMs / 1_000}`,
  ]
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', debianPackage]]) {
    const [command = '', ...rest] = [...apt, ...args]
    await onceUnlocked(() => run(command, rest, { timeout: installTimeoutMs, maxBuffer: 16 * 1024 * 1024 }))
  }
}

/** The lists have a lock of their own, for which apt does not wait by itself. */
const onceUnlocked = async (work: () => Promise<unknown>): Promise<void> => {
  const deadline = Date.now() + lockTimeoutMs
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (!lastWords(error).includes('/lists/lock') || Date.now() > deadline) throw error
    }
    await sleep(1_000 + Math.random() * 1_000)
  }
}

/** What a failed command said last. */
export const lastWords = (error: unknown): string => {
  const text = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error)
  return text.trim().split('\n').slice(-3).join(' ')
}
