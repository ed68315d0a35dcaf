import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cacheFolder } from '../cache-folder.ts'
import { EmbeddedError } from '../errors.ts'
import { fetchByApt, natsSuite } from './fetch-apt.ts'
import { fetchRelease, officialReleases, type ReleaseSource } from './fetch-release.ts'
import { isAtLeast, natsServerVersion, oldestNatsServer } from './version.ts'

export type FindOptions = {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Told in words before something slow begins. */
  readonly onStep?: (what: string) => void
  /** Where release archives come from. */
  readonly releases?: ReleaseSource
  /** Whether Debian's archive may be asked first; by default where apt and its keys are present. */
  readonly useApt?: boolean
}

/** A nats-server that may be used. */
export type NatsServerBinary = { readonly path: string; readonly version: string }

/**
 * Finds a nats-server of at least {@link oldestNatsServer}: `NATS_SERVER_BIN`, else one on `PATH`, else one fetched
 * before, else fetches one (Debian's archive where apt is at hand, the official release elsewhere).
 * @throws EmbeddedError `nats_server_too_old` or `nats_server_unavailable`, saying what to do.
 */
export const findNatsServer = async (options: FindOptions = {}): Promise<NatsServerBinary> => {
  const env = options.env ?? process.env
  if (env.NATS_SERVER_BIN) return configured(env.NATS_SERVER_BIN)
  const cached = join(cacheFolder(env), 'nats-server')
  for (const path of [...onPath(env.PATH ?? ''), cached]) {
    const found = await usable(path)
    if (found) return found
  }

  const reasons: string[] = []
  if (options.useApt ?? natsSuite() !== undefined) {
    options.onStep?.("Getting nats-server from Debian's archive")
    await fetchByApt(cached).catch((error: unknown) => reasons.push(messageOf(error)))
  }
  if (!existsSync(cached) || !(await usable(cached))) {
    options.onStep?.('Getting the official nats-server release')
    await fetchRelease(cached, options.releases ?? officialReleases).catch((error: unknown) => {
      if (error instanceof EmbeddedError && error.code === 'checksum_mismatch') throw error
      reasons.push(messageOf(error))
    })
  }
  const fetched = await usable(cached)
  if (fetched) return fetched
  throw new EmbeddedError(
    'nats_server_unavailable',
    `No nats-server ${oldestNatsServer} or newer was found and none could be fetched.\n${reasons.map((reason) => `  - ${reason}\n`).join('')}` +
      'Without internet: install it by other means (https://github.com/nats-io/nats-server/releases) and set ' +
      'NATS_SERVER_BIN to its path, or set NATS_URL to use a NATS server of your own.',
  )
}

const configured = async (path: string): Promise<NatsServerBinary> => {
  const version = await natsServerVersion(path)
  if (version === undefined)
    throw new EmbeddedError(
      'nats_server_unavailable',
      `NATS_SERVER_BIN is ${path}, which does not run as a nats-server.`,
    )
  if (!isAtLeast(version, oldestNatsServer))
    throw new EmbeddedError(
      'nats_server_too_old',
      `NATS_SERVER_BIN is ${path}, version ${version}; ${oldestNatsServer} or newer is needed (older ones let clients pass by the login).`,
    )
  return { path, version }
}

const usable = async (path: string): Promise<NatsServerBinary | undefined> => {
  if (!existsSync(path)) return undefined
  const version = await natsServerVersion(path)
  return version !== undefined && isAtLeast(version, oldestNatsServer) ? { path, version } : undefined
}

const onPath = (path: string): string[] =>
  path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'nats-server'))
    .filter((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
