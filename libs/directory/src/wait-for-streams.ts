import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStream, streamInfo } from '@kez-chat/eventlog'
import type { DirectoryLog } from './directory.ts'

/** The registry, which makes what others read, has not come. */
export class RegistryMissing extends Error {
  override readonly name = 'RegistryMissing'
}

const patience = 120_000
const sayEvery = 10_000

/**
 * On a first start the registry has yet to make its streams; later they are there, whether the registry runs or not.
 * @throws RegistryMissing after two minutes
 */
export const waitForStreams = async (
  { jsm }: JetStream,
  streams: readonly string[],
  log: DirectoryLog,
): Promise<void> => {
  const started = Date.now()
  for (let said = 0; ; await sleep(200)) {
    const found = await Promise.all(streams.map((stream) => streamInfo(jsm, stream).catch(() => undefined)))
    const missing = streams.filter((_, i) => found[i] === undefined)
    if (missing.length === 0) return
    const waited = Date.now() - started
    if (waited > patience)
      throw new RegistryMissing(
        `${missing.join(' and ')} does not exist after ${patience / 1000} s: start the registry, which makes it`,
      )
    if (waited < said) continue
    said = waited + sayEvery
    log.info({ missing }, 'waiting for the registry')
  }
}
