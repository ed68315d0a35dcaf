import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NatsKeySet, type Nkey, nkeyOfSeed, ofEachNatsKey, readKeyFile, seedsIn } from '@kez-chat/nats-config'
import { EmbeddedError } from '../errors.ts'
import { privateFolder, writePrivateFile } from '../files.ts'

export type KeptNkey = Nkey & {
  readonly seedFile: string
  /** Public keys that count: the own one, and while it is being changed a second one. */
  readonly accepted: readonly string[]
}
export type NatsKeys = NatsKeySet<KeptNkey>

/** The nkeys in `folder` (`<name>.nk` the seed, `<name>.pub` its public key for whoever looks); missing ones are made. */
export const natsKeys = (folder: string): NatsKeys => {
  privateFolder(folder)
  return ofEachNatsKey((name, create) => {
    const seedFile = join(folder, `${name}.nk`)
    if (!existsSync(seedFile)) writePrivateFile(seedFile, `${create().seed}\n`)
    const file = readKeyFile(readFileSync(seedFile, 'utf8'))
    if (!file)
      throw new EmbeddedError(
        'data_folder_invalid',
        `${seedFile} holds no key of NATS. Put it back from a backup, or remove it: a new one is made.`,
      )
    const key = nkeyOfSeed(file.current)
    const accepted = seedsIn(file).map((seed) => nkeyOfSeed(seed).publicKey)
    const publicFile = join(folder, `${name}.pub`)
    const text = `${key.publicKey}\n`
    if (!existsSync(publicFile) || readFileSync(publicFile, 'utf8') !== text) writePrivateFile(publicFile, text)
    return { ...key, seedFile, accepted }
  })
}
