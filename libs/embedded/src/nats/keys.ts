import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createUserNkey, type NatsUser, natsUsers, type UserNkey } from '@kez-chat/nats-config'
import { privateFolder, writePrivateFile } from '../files.ts'

export type NatsUserKeys = Readonly<Record<NatsUser, UserNkey & { readonly seedFile: string }>>

/** The nkeys of the services in `folder` (`<user>.nk` the seed, `<user>.pub` its public key); missing ones are made. */
export const natsUserKeys = (folder: string): NatsUserKeys => {
  privateFolder(folder)
  const key = (user: NatsUser) => {
    const seedFile = join(folder, `${user}.nk`)
    const publicFile = join(folder, `${user}.pub`)
    if (!existsSync(seedFile) || !existsSync(publicFile)) {
      const made = createUserNkey()
      writePrivateFile(publicFile, `${made.publicKey}\n`)
      writePrivateFile(seedFile, `${made.seed}\n`)
    }
    return { seedFile, seed: readFileSync(seedFile, 'utf8').trim(), publicKey: readFileSync(publicFile, 'utf8').trim() }
  }
  const [registry, gateway, bridge, push, auth, sys] = natsUsers
  return {
    [registry]: key(registry),
    [gateway]: key(gateway),
    [bridge]: key(bridge),
    [push]: key(push),
    [auth]: key(auth),
    [sys]: key(sys),
  }
}
