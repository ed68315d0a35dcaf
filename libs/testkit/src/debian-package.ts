import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '@kez-chat/embedded'
import { isDebian } from './apt-install.ts'

const run = promisify(execFile)
const timeout = 240_000
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

const codename = (): string => /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'

const mirror = (): string => {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    if (!existsSync(file)) continue
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(https?:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(
      readFileSync(file, 'utf8'),
    )
    if (found?.[1]) return found[1]
  }
  return 'http://deb.debian.org/debian'
}

/**
 * Debian packages unpacked into a folder of the cache: nothing is installed and nothing of the machine changes, so a server
 * that a package would start stays off. Fetched once, with lists of its own; authenticity is apt's.
 * @returns the folder that stands for `/`
 * @throws Error where there is no Debian, or with apt's last words
 */
export const debianPackages = async (...names: string[]): Promise<string> => {
  const kept = join(cacheFolder(), 'debian', [codename(), ...names].join('+'))
  if (existsSync(kept)) return kept
  if (!isDebian()) throw new Error(`The tests need ${names.join(', ')} of Debian, and this is none.`)
  const work = mkdtempSync(join(tmpdir(), 'kez-debian-'))
  try {
    for (const folder of ['lists/partial', 'cache/archives/partial', 'root'])
      mkdirSync(join(work, folder), { recursive: true })
    writeFileSync(
      join(work, 'own.sources'),
      `Types: deb\nURIs: ${mirror()}\nSuites: ${codename()}\nComponents: main\nSigned-By: ${keyring}\n`,
    )
    const options = [
      `Dir::Etc::sourcelist=${join(work, 'own.sources')}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${join(work, 'lists')}`,
      `Dir::Cache=${join(work, 'cache')}`,
      'Acquire::Languages=none',
      'Acquire::Retries=2',
      'APT::Sandbox::User=root',
    ].flatMap((option) => ['-o', option])
    await run('apt-get', ['-q', ...options, 'update'], { cwd: work, timeout })
    await run('apt-get', ['-q', ...options, 'download', ...names], { cwd: work, timeout })
    for (const archive of readdirSync(work).filter((name) => name.endsWith('.deb')))
      await run('dpkg', ['-x', join(work, archive), join(work, 'root')], { timeout })
    mkdirSync(join(kept, '..'), { recursive: true })
    await run('cp', ['-a', join(work, 'root'), `${kept}.${process.pid}`], { timeout })
    if (!existsSync(kept)) renameSync(`${kept}.${process.pid}`, kept)
    return kept
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(`${kept}.${process.pid}`, { recursive: true, force: true })
  }
}

/** A program that is on the PATH, or that of a Debian package which is unpacked for it. */
export const unpackedProgram = async (name: string, debianPackage: string): Promise<string> => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const present = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  return present ?? join(await debianPackages(debianPackage), 'usr', 'bin', name)
}
