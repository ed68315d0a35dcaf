import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import { isAtLeast, natsServerVersion, oldestNatsServer } from './version.ts'

/**
 * Puts a fetched binary in its place in one step, so that fetches at the same time do not disturb each other, after
 * it has shown that it runs and is new enough.
 * @throws EmbeddedError `nats_server_unavailable` or `nats_server_too_old`.
 */
export const installBinary = async (fetched: string, target: string): Promise<void> => {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const beside = `${target}.${randomBytes(6).toString('hex')}`
  try {
    await copyFile(fetched, beside)
    await chmod(beside, 0o755)
    const version = await natsServerVersion(beside)
    if (version === undefined)
      throw new EmbeddedError('nats_server_unavailable', 'The fetched nats-server does not run on this machine.')
    if (!isAtLeast(version, oldestNatsServer))
      throw new EmbeddedError(
        'nats_server_too_old',
        `The fetched nats-server is ${version}; ${oldestNatsServer} is needed.`,
      )
    await rename(beside, target)
  } finally {
    await rm(beside, { force: true })
  }
}
