import { readFile } from 'node:fs/promises'
import { ConfigError } from './settings.ts'

/** PEM texts for the internal listener; `ca` signs the client certificates that are believed. */
export type InternalTls = { readonly cert: string; readonly key: string; readonly ca: string }

export type InternalTlsFiles = {
  readonly internalTlsCertFile?: string | undefined
  readonly internalTlsKeyFile?: string | undefined
  readonly internalTlsClientCaFile?: string | undefined
}

/**
 * Reads what the settings name; undefined when they name nothing.
 * @throws ConfigError when only some of the three are set, or a file cannot be read
 */
export const readInternalTls = async (files: InternalTlsFiles): Promise<InternalTls | undefined> => {
  const { internalTlsCertFile: cert, internalTlsKeyFile: key, internalTlsClientCaFile: ca } = files
  if (!cert && !key && !ca) return undefined
  if (!cert || !key || !ca)
    throw new ConfigError([
      'KEZ_INTERNAL_TLS_CERT_FILE, KEZ_INTERNAL_TLS_KEY_FILE and KEZ_INTERNAL_TLS_CLIENT_CA_FILE belong together: set all or none',
    ])
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((cause: Error) => {
      throw new ConfigError([`the file ${path} of the internal listener's TLS cannot be read: ${cause.message}`])
    })
  const [certText, keyText, caText] = await Promise.all([read(cert), read(key), read(ca)])
  return { cert: certText, key: keyText, ca: caText }
}
