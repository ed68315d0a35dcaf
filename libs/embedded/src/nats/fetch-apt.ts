import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { debianSource, unpackDebianPackages } from '../debian-packages.ts'
import { installBinary } from './install-binary.ts'

/** Debian's suite with a nats-server that is new enough, where this machine can fetch from it. */
export const natsSuite = (): string | undefined => debianSource('sid')

/**
 * Fetches nats-server from Debian's suite `sid` into `target`; nothing else on the machine changes.
 * @throws EmbeddedError `download_failed` with apt's last words.
 */
export const fetchByApt = async (target: string): Promise<void> => {
  const unpacked = await mkdtemp(join(tmpdir(), 'kez-nats-'))
  try {
    await unpackDebianPackages(natsSuite(), ['nats-server'], unpacked)
    await installBinary(join(unpacked, 'usr/sbin/nats-server'), target)
  } finally {
    await rm(unpacked, { recursive: true, force: true })
  }
}
