import { type Claim, createClaim } from '@kez-chat/identity'
import type { Call, Options } from '../../command.ts'
import { keyOptions } from '../../keys/key-options.ts'
import { readKey } from '../../keys/read-key.ts'
import { parseExpiry } from './expiry.ts'

/** Options of every command that makes a claim. */
export const claimOptions: Options = {
  ...keyOptions,
  expires: { value: 'when', about: 'until when it holds: 90d, 2027-01-31 or a time like 2027-01-31T12:00:00Z' },
  out: { value: 'path', about: 'write it to a new file instead of showing it' },
}

export const signClaim = async (call: Call, subject: string): Promise<Claim> => {
  const createdAt = Math.floor(call.session.now() / 1000) * 1000
  const when = call.option('expires')
  const expiry = when === undefined ? {} : { expiresAt: parseExpiry(when, createdAt) }
  return createClaim({ subject, createdAt, ...expiry }, await readKey(call))
}
