import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const installTimeoutMs = 480_000

/** Whether packages can be installed with apt from Debian. */
export const isDebian = (): boolean =>
  existsSync('/usr/bin/apt-get') &&
  existsSync('/etc/os-release') &&
  /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))

/** Installs a Debian package with what it needs, as root or by sudo without a password. */
export const installByApt = async (debianPackage: string): Promise<void> => {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300']
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', debianPackage]]) {
    const [command = '', ...rest] = [...apt, ...args]
    await run(command, rest, { timeout: installTimeoutMs, maxBuffer: 16 * 1024 * 1024 })
  }
}

/** What a failed command said last. */
export const lastWords = (error: unknown): string => {
  const text = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error)
  return text.trim().split('\n').slice(-3).join(' ')
}
