import { randomBytes } from 'node:crypto'

const pad = randomBytes(384).toString('base64url')
const run = randomBytes(12).toString('hex')
let count = 0

/** A sealed envelope of the usual size (a short text: 512 bytes of ciphertext), never the same twice. */
export const nextEnvelope = (): { v: 2; eph: string; nonce: string; ct: string } => {
  count += 1
  return {
    v: 2,
    eph: `${run}${count.toString(16).padStart(40, '0')}`,
    nonce: count.toString(16).padStart(24, '0'),
    ct: pad,
  }
}
