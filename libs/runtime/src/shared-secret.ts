import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { InternalRequest } from './internal-route.ts'
import { ConfigError } from './settings.ts'

const leastSecret = 32

/**
 * The secret in a file, which opens an internal route; while it is being changed there are two, one a line.
 * @throws ConfigError when it cannot be read or is short
 */
export const readSharedSecret = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new ConfigError([`the secret file ${path} cannot be read: ${cause.message}`])
  })
  const secret = text.trim()
  if (linesOf(secret).every((line) => line.length >= leastSecret)) return secret
  throw new ConfigError([`the secret file ${path} holds fewer than ${leastSecret} characters`])
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !line.startsWith('#'))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares hashes, so that neither content nor length shows in the time it takes. */
const isSecret = (given: string | undefined, secret: string): boolean =>
  given?.startsWith('Bearer ') === true &&
  linesOf(secret)
    .map((line) => timingSafeEqual(digest(given.slice('Bearer '.length)), digest(line)))
    .includes(true)

/** Whether a request may use an internal route that is not for everybody: by client certificate, or the secret if there is one. */
export const isTrusted = ({ headers, hasClientCertificate }: InternalRequest, secret: string | undefined): boolean =>
  hasClientCertificate || (secret !== undefined && isSecret(headers.authorization, secret))
