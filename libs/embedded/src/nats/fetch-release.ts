import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { arch, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import { runCommand } from '../process/run-command.ts'
import { download } from './download.ts'
import { installBinary } from './install-binary.ts'

export type ReleaseSource = { readonly baseUrl: string; readonly version: string; readonly timeoutMs: number }

/** The official archives of the version this product is tested with. */
export const officialReleases: ReleaseSource = {
  baseUrl: 'https://github.com/nats-io/nats-server/releases/download',
  version: '2.15.1',
  timeoutMs: 120_000,
}

const maxArchiveBytes = 64 * 1024 * 1024
const maxSumsBytes = 64 * 1024
const goNames: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm7',
  darwin: 'darwin',
  linux: 'linux',
}

/**
 * Fetches the official release archive, checks it against the release's SHA256SUMS, and puts its nats-server at
 * `target`.
 * @throws EmbeddedError `download_failed`, or `checksum_mismatch` when the archive is not what the release lists.
 */
export const fetchRelease = async (target: string, source: ReleaseSource): Promise<void> => {
  const { baseUrl, version, timeoutMs } = source
  const folder = releaseName(version)
  const archive = `${folder}.tar.gz`
  const sums = Buffer.from(await download(`${baseUrl}/v${version}/SHA256SUMS`, maxSumsBytes, timeoutMs)).toString(
    'utf8',
  )
  const expected = listedSum(sums, archive)
  if (expected === undefined) throw new EmbeddedError('download_failed', `The release v${version} lists no ${archive}.`)
  const bytes = await download(`${baseUrl}/v${version}/${archive}`, maxArchiveBytes, timeoutMs)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== expected)
    throw new EmbeddedError(
      'checksum_mismatch',
      `${archive} from ${baseUrl} has SHA-256 ${found}, but its release lists ${expected}. It was not used: try again, and if it stays so, somebody changes what you download.`,
    )

  const work = await mkdtemp(join(tmpdir(), 'kez-nats-'))
  try {
    await writeFile(join(work, archive), bytes)
    const { ok, stderr } = await runCommand('tar', ['-xzf', archive, `${folder}/nats-server`], {
      cwd: work,
      timeoutMs: 60_000,
    })
    if (!ok) throw new EmbeddedError('download_failed', `${archive} could not be unpacked: ${stderr.trim()}`)
    await installBinary(join(work, folder, 'nats-server'), target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The name of a release for this machine, such as `nats-server-v2.15.1-linux-amd64`. */
export const releaseName = (version: string): string => {
  const [os, cpu] = [goNames[platform()], goNames[arch()]]
  if (os === undefined || cpu === undefined)
    throw new EmbeddedError('download_failed', `There is no nats-server release for ${platform()} on ${arch()}.`)
  return `nats-server-v${version}-${os}-${cpu}`
}

/** The SHA-256 that a SHA256SUMS file lists for a name. */
export const listedSum = (sums: string, name: string): string | undefined => {
  for (const line of sums.split('\n')) {
    const entry = /^([0-9a-f]{64}) [ *]?(\S+)$/.exec(line.trim())
    if (entry?.[2] === name) return entry[1]
  }
  return undefined
}
