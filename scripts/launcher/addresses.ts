import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from '@kez-chat/embedded'
import type { Bind } from '@kez-chat/runtime'
import type { Cleanup } from './cleanup.ts'

/** Says in the data folder where the servers are while they run, so that `kez admin` finds them; no secret is in it. */
export const noteAddresses = (
  folder: string,
  cleanup: Cleanup,
  {
    nats,
    postgres,
    internalBind,
    isTls,
  }: { nats: string | undefined; postgres: string | undefined; internalBind: Bind; isTls: boolean },
): void => {
  const file = join(folder, 'addresses.json')
  const host = /^(0\.0\.0\.0|::)$/.test(internalBind.host) ? '127.0.0.1' : internalBind.host
  const internal = `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${internalBind.port}`
  writePrivateFile(file, `${JSON.stringify({ nats: nats?.replace(/\/\/[^@/]*@/g, '//'), postgres, internal })}\n`)
  cleanup.add('The note of addresses', async () => rmSync(file, { force: true }))
}
