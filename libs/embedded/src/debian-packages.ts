import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedError } from './errors.ts'
import { runCommand } from './process/run-command.ts'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const unpackTimeoutMs = 60_000

const mirror = (): string | undefined => {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    if (!existsSync(file)) continue
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(https?:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(
      readFileSync(file, 'utf8'),
    )
    if (found?.[1]) return found[1]
  }
  return undefined
}

/** The source entry for a suite of Debian, by the machine's own mirror; undefined where apt, its keys or a Debian source are missing. */
export const debianSource = (suite: string): string | undefined => {
  const tools = ['/usr/bin/apt-get', '/usr/bin/dpkg', keyring]
  if (!tools.every((tool) => existsSync(tool))) return undefined
  const uri = mirror()
  if (uri === undefined) return undefined
  return `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\nSigned-By: ${keyring}\n`
}

/**
 * Fetches Debian packages and unpacks them below `into`, with lists of their own: nothing on the machine changes, nothing is
 * started, and no root is needed. Authenticity is apt's: signed lists, hashed packages.
 * @param source as {@link debianSource} has it
 * @throws EmbeddedError `download_failed` with apt's last words
 */
export const unpackDebianPackages = async (
  source: string | undefined,
  names: readonly string[],
  into: string,
  timeoutMs = 180_000,
): Promise<void> => {
  if (source === undefined)
    throw new EmbeddedError('download_failed', 'apt with a source and the keys of Debian is not on this machine.')
  const work = await mkdtemp(join(tmpdir(), 'kez-debian-'))
  const apt = async (...args: [string, ...string[]]): Promise<void> => {
    const settings = {
      'Dir::Etc::sourcelist': join(work, 'own.sources'),
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State::lists': join(work, 'lists'),
      // What this machine has from elsewhere under the same name, perhaps newer, is not what is asked for.
      'Dir::State::status': join(work, 'status'),
      'Dir::Cache': join(work, 'cache'),
      'Acquire::Languages': 'none',
      'Acquire::http::Timeout': '20',
      'Acquire::Retries': '2',
      // The download account of apt cannot enter a private folder; without this root gets a warning on each file.
      'APT::Sandbox::User': 'root',
    }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    const { ok, stderr } = await runCommand('apt-get', ['-q', ...options, ...args], { cwd: work, timeoutMs })
    if (ok) return
    const lastWords = stderr.trim().split('\n').slice(-3).join(' ')
    throw new EmbeddedError('download_failed', `apt-get ${args[0]}: ${lastWords}`)
  }
  try {
    await writeFile(join(work, 'own.sources'), source)
    await writeFile(join(work, 'status'), '')
    for (const folder of ['lists', join('cache', 'archives')])
      await mkdir(join(work, folder, 'partial'), { recursive: true })
    await apt('update')
    await apt('download', ...names)
    const archives = (await readdir(work)).filter((name) => name.endsWith('.deb'))
    if (archives.length < names.length)
      throw new EmbeddedError('download_failed', `apt-get downloaded ${archives.length} of ${names.length} packages.`)
    for (const archive of archives) {
      const { ok, stderr } = await runCommand('dpkg', ['-x', join(work, archive), into], { timeoutMs: unpackTimeoutMs })
      if (!ok) throw new EmbeddedError('download_failed', `dpkg could not unpack ${archive}: ${stderr.trim()}`)
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
