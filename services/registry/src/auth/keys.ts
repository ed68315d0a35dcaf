import { readFile } from 'node:fs/promises'
import { readKeyFile, seedsIn } from '@kez-chat/nats-config'
import { NatsJwtError, type NkeySigner, signerFromSeed, type Xkey, xkeyFromSeed } from '@kez-chat/nats-jwt'
import { ConfigError, readSharedSecret } from '@kez-chat/runtime'
import type { AuthConfig } from './config.ts'

/** Of issuer and xkey the one in use comes first; there is a second one while it is being changed. */
export type AuthKeys = {
  readonly issuers: readonly NkeySigner[]
  /** From which the audit ids are derived. */
  readonly issuerSeeds: readonly [string, ...string[]]
  readonly xkeys: readonly Xkey[]
  readonly httpSecret: string | undefined
}

const read = (path: string, what: string): Promise<[string, ...string[]]> =>
  readFile(path, 'utf8').then(
    (text): [string, ...string[]] => {
      const file = readKeyFile(text)
      return file ? seedsIn(file) : [text.trim()]
    },
    (cause: Error) => {
      throw new ConfigError([`the ${what} ${path} cannot be read: ${cause.message}`])
    },
  )

const withReason = <T>(path: string, what: string, make: () => T): T => {
  try {
    return make()
  } catch (cause) {
    if (!(cause instanceof NatsJwtError)) throw cause
    throw new ConfigError([`the ${what} ${path} is not usable: ${cause.message}`])
  }
}

/** Reads the responder's keys. @throws ConfigError naming the file that is missing or wrong, never what is in it */
export const readAuthKeys = async (config: AuthConfig): Promise<AuthKeys> => {
  const { issuerSeedFile, xkeySeedFile, httpSecretFile } = config
  const issuerSeeds = await read(issuerSeedFile, 'issuer seed file')
  const xkeySeeds = await read(xkeySeedFile, 'xkey seed file')
  return {
    issuerSeeds,
    issuers: withReason(issuerSeedFile, 'issuer seed file', () =>
      issuerSeeds.map((seed) => signerFromSeed(seed, 'account')),
    ),
    xkeys: withReason(xkeySeedFile, 'xkey seed file', () => xkeySeeds.map(xkeyFromSeed)),
    httpSecret: httpSecretFile === undefined ? undefined : await readSharedSecret(httpSecretFile),
  }
}
