import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStream, streamInfo } from '@kez-chat/eventlog'
import type { Log } from '@kez-chat/runtime'

/** The registry, which makes the directory, has not come. */
export class DirectoryMissing extends Error {
  override readonly name = 'DirectoryMissing'
}

const patience = 120_000
const sayEvery = 10_000

/** On a first start the registry has yet to make the bucket; later it is there, whether the registry runs or not. */
export const waitForDirectory = async ({ jsm }: JetStream, bucket: string, log: Log): Promise<void> => {
  const started = Date.now()
  for (let said = 0; ; await sleep(200)) {
    if (await streamInfo(jsm, `KV_${bucket}`)) return
    const waited = Date.now() - started
    if (waited > patience)
      throw new DirectoryMissing(
        `the directory (KV bucket ${bucket}) does not exist after ${patience / 1000} s: start the registry, which makes it`,
      )
    if (waited < said) continue
    said = waited + sayEvery
    log.info('waiting for the registry, which makes the directory')
  }
}
