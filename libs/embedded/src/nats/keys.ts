import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NatsKeySet, type Nkey, nkeyOfSeed, ofEachNatsKey } from '@kez-chat/nats-config'
import { privateFolder, writePrivateFile } from '../files.ts'

export type KeptNkey = Nkey & { readonly seedFile: string }
export type NatsKeys = NatsKeySet<KeptNkey>

/** The nkeys in `folder` (`<name>.nk` the seed, `<name>.pub` its public key for whoever looks); missing ones are made. */
export const natsKeys = (folder: string): NatsKeys => {
  privateFolder(folder)
  return ofEachNatsKey((name, create) => {
    const seedFile = join(folder, `${name}.nk`)
    if (!existsSync(seedFile)) writePrivateFile(seedFile, `${create().seed}\n`)
    const key = nkeyOfSeed(readFileSync(seedFile, 'utf8').trim())
    const publicFile = join(folder, `${name}.pub`)
    const text = `${key.publicKey}\n`
    if (!existsSync(publicFile) || readFileSync(publicFile, 'utf8') !== text) writePrivateFile(publicFile, text)
    return { ...key, seedFile }
  })
}
