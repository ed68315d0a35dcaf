import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { cacheFolder, debianSource, unpackDebianPackages } from '@kez-chat/embedded'
import { isDebian } from './apt-install.ts'

const timeoutMs = 240_000

const codename = (): string => /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'

/**
 * Debian packages unpacked into a folder of the cache: nothing is installed and nothing of the machine changes, so a server
 * that a package would start stays off. Fetched once.
 * @returns the folder that stands for `/`
 * @throws Error where there is no Debian, or with apt's last words
 */
export const debianPackages = async (...names: string[]): Promise<string> => {
  const kept = join(cacheFolder(), 'debian', [codename(), ...names].join('+'))
  if (existsSync(kept)) return kept
  if (!isDebian()) throw new Error(`The tests need ${names.join(', ')} of Debian, and this is none.`)
  const draft = `${kept}.${process.pid}`
  try {
    mkdirSync(dirname(kept), { recursive: true })
    await unpackDebianPackages(debianSource(codename()), names, draft, timeoutMs)
    if (!existsSync(kept)) renameSync(draft, kept)
    return kept
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** A program that is on the PATH, or that of a Debian package which is unpacked for it. */
export const unpackedProgram = async (name: string, debianPackage: string): Promise<string> => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const present = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  return present ?? join(await debianPackages(debianPackage), 'usr', 'bin', name)
}
