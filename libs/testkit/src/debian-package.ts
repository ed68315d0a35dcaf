import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { cacheFolder, debianSource, unpackDebianPackages } from '@kez-chat/embedded'
import { isDebian } from './apt-install.ts'

const timeoutMs = 240_000

const codename = (): string =>
  (isDebian() && /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]) || 'stable'

/**
 * Packages of a suite of Debian unpacked into a folder of the cache: nothing is installed and nothing of the machine changes,
 * so a server that a package would start stays off. Fetched once.
 * @returns the folder that stands for `/`
 * @throws Error where there is no Debian, or with apt's last words
 */
export const debianPackagesOf = async (suite: string, names: readonly string[]): Promise<string> => {
  const kept = join(cacheFolder(), 'debian', [suite, ...names].join('+'))
  if (existsSync(kept)) return kept
  if (!isDebian()) throw new Error(`${names.join(', ')} of Debian is needed, and this is none.`)
  const draft = `${kept}.${process.pid}`
  try {
    mkdirSync(dirname(kept), { recursive: true })
    await unpackDebianPackages(debianSource(suite), names, draft, timeoutMs)
    if (!existsSync(kept)) renameSync(draft, kept)
    return kept
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** As {@link debianPackagesOf}, of the suite that this machine has. */
export const debianPackages = (...names: string[]): Promise<string> => debianPackagesOf(codename(), names)

/** A program that is on the PATH, or that of a Debian package which is unpacked for it. */
export const unpackedProgram = async (name: string, debianPackage: string): Promise<string> => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const present = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  return present ?? join(await debianPackages(debianPackage), 'usr', 'bin', name)
}
