import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import { runCommand } from '../process/run-command.ts'
import { installBinary } from './install-binary.ts'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The source entry for Debian's suite `sid`, by the machine's own mirror; undefined where apt, its keys or a Debian source are missing. */
export const aptSuite = (): string | undefined => {
  const tools = ['/usr/bin/apt-get', '/usr/bin/dpkg', keyring]
  if (!tools.every((tool) => existsSync(tool))) return undefined
  const uri = mirror()
  if (uri === undefined) return undefined
  return `Types: deb\nURIs: ${uri}\nSuites: sid\nComponents: main\nSigned-By: ${keyring}\n`
}

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

/**
 * Fetches nats-server from Debian's suite `sid` into `target`, with lists of its own: nothing on the machine changes,
 * and no root is needed. Authenticity is apt's: signed lists, hashed packages.
 * @throws EmbeddedError `download_failed` with apt's last words.
 */
export const fetchByApt = async (target: string): Promise<void> => {
  const source = aptSuite()
  if (source === undefined)
    throw new EmbeddedError('download_failed', 'apt with a source and the keys of Debian is not on this machine.')
  const work = await mkdtemp(join(tmpdir(), 'kez-nats-'))
  try {
    const [sources, lists, cache, unpacked] = ['nats.sources', 'lists', 'cache', 'unpacked'].map((name) =>
      join(work, name),
    )
    if (!sources || !lists || !cache || !unpacked) return
    await writeFile(sources, source)
    await mkdir(join(lists, 'partial'), { recursive: true })
    await mkdir(join(cache, 'archives', 'partial'), { recursive: true })
    const settings = {
      'Dir::Etc::sourcelist': sources,
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State::lists': lists,
      'Dir::Cache': cache,
      'Acquire::Languages': 'none',
      'Acquire::http::Timeout': '20',
      'Acquire::Retries': '2',
      // The download account of apt cannot enter a private folder; without this root gets a warning on each file.
      'APT::Sandbox::User': 'root',
    }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    await apt([...options, 'update'], work)
    await apt([...options, 'download', 'nats-server'], work)
    const archive = (await readdir(work)).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw new EmbeddedError('download_failed', 'apt-get downloaded no package.')
    const { ok, stderr } = await runCommand('dpkg', ['-x', join(work, archive), unpacked], { timeoutMs: 60_000 })
    if (!ok) throw new EmbeddedError('download_failed', `dpkg could not unpack nats-server: ${stderr.trim()}`)
    await installBinary(join(unpacked, 'usr/sbin/nats-server'), target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const apt = async (args: readonly string[], cwd: string) => {
  const { ok, stderr } = await runCommand('apt-get', ['-q', ...args], { cwd, timeoutMs: 180_000 })
  if (ok) return
  const lastWords = stderr.trim().split('\n').slice(-3).join(' ')
  throw new EmbeddedError(
    'download_failed',
    `apt-get ${args.at(-1) === 'update' ? 'update' : 'download'}: ${lastWords}`,
  )
}
