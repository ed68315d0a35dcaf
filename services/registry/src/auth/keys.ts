import { readFile } from 'node:fs/promises'
import { NatsJwtError, type NkeySigner, signerFromSeed, type Xkey, xkeyFromSeed } from '@kez-chat/nats-jwt'
import { ConfigError, readSharedSecret } from '@kez-chat/runtime'
import type { AuthConfig } from './config.ts'

export type AuthKeys = {
  readonly issuer: NkeySigner
  /** From which the audit ids are derived. */
  readonly issuerSeed: string
  readonly xkey: Xkey
  readonly httpSecret: string | undefined
}

const read = (path: string, what: string): Promise<string> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
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
  const issuerSeed = await read(issuerSeedFile, 'issuer seed file')
  const xkeySeed = await read(xkeySeedFile, 'xkey seed file')
  return {
    issuerSeed,
    issuer: withReason(issuerSeedFile, 'issuer seed file', () => signerFromSeed(issuerSeed, 'account')),
    xkey: withReason(xkeySeedFile, 'xkey seed file', () => xkeyFromSeed(xkeySeed)),
    httpSecret: httpSecretFile === undefined ? undefined : await readSharedSecret(httpSecretFile),
  }
}
