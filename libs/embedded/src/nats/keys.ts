import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCalloutXkey, createIssuerNkey, createUserNkey, type NatsUser, type Nkey } from '@kez-chat/nats-config'
import { privateFolder, writePrivateFile } from '../files.ts'

export type KeptNkey = Nkey & { readonly seedFile: string }

export type NatsKeys = {
  /** Of each static user. */
  readonly users: Readonly<Record<NatsUser, KeptNkey>>
  /** Of the auth callout: the account key that signs people in, and the curve key that requests are sealed for. */
  readonly callout: { readonly issuer: KeptNkey; readonly xkey: KeptNkey }
}

/** The nkeys in `folder` (`<name>.nk` the seed, `<name>.pub` its public key); missing ones are made. */
export const natsKeys = (folder: string): NatsKeys => {
  privateFolder(folder)
  const key = (name: string, create: () => Nkey): KeptNkey => {
    const seedFile = join(folder, `${name}.nk`)
    const publicFile = join(folder, `${name}.pub`)
    if (!existsSync(seedFile) || !existsSync(publicFile)) {
      const made = create()
      writePrivateFile(publicFile, `${made.publicKey}\n`)
      writePrivateFile(seedFile, `${made.seed}\n`)
    }
    return { seedFile, seed: readFileSync(seedFile, 'utf8').trim(), publicKey: readFileSync(publicFile, 'utf8').trim() }
  }
  const user = (name: NatsUser) => key(name, createUserNkey)
  return {
    users: {
      registry: user('registry'),
      gateway: user('gateway'),
      'relay-bridge': user('relay-bridge'),
      push: user('push'),
      auth: user('auth'),
      'auth-reader': user('auth-reader'),
      'auth-kick': user('auth-kick'),
      sys: user('sys'),
    },
    callout: { issuer: key('auth-issuer', createIssuerNkey), xkey: key('auth-xkey', createCalloutXkey) },
  }
}

/** One value of each static user, e.g. its public key. */
export const ofEachUser = <T>(users: NatsKeys['users'], take: (key: KeptNkey) => T): Record<NatsUser, T> => ({
  registry: take(users.registry),
  gateway: take(users.gateway),
  'relay-bridge': take(users['relay-bridge']),
  push: take(users.push),
  auth: take(users.auth),
  'auth-reader': take(users['auth-reader']),
  'auth-kick': take(users['auth-kick']),
  sys: take(users.sys),
})
