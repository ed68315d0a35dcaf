import { jcsBytes } from '@kez-chat/identity'
import { MAX_ENVELOPE_BYTES } from '../envelope.ts'
import { asMessageErrors } from '../identity-errors.ts'
import type { Inner } from '../inner.ts'
import { paddedSize } from '../padding.ts'
import { eventBytes } from './event.ts'
import { KIND_MESSAGE } from './kinds.ts'

const LENGTH_BYTES = 4
const TAG_BYTES = 16
const zeros = (bytes: number): string => '0'.repeat(bytes * 2)

/** All that a message event holds beside the ciphertext, at its longest, in the frame `["EVENT",…]`. */
const overhead = (): number =>
  '["EVENT",]'.length +
  eventBytes({
    ...{ id: zeros(32), pubkey: zeros(32), created_at: 2 ** 32 - 1, kind: KIND_MESSAGE, sig: zeros(64) },
    tags: [
      ['q', zeros(32)],
      ['wake', '0'],
      ['expiration', '999999999999'],
    ],
    content: JSON.stringify({ ct: '', eph: zeros(32), nonce: zeros(12), v: 2 }),
  })

/**
 * How many bytes a relay gets for this message, at most: known before anything is sealed, since padding and base64url
 * are (protocol §3).
 * @throws MessageError `malformed`, `too_large`
 */
export const messageFrameBytes = (inner: Inner): number => {
  const plaintext = asMessageErrors(() => jcsBytes({ inner, sig: zeros(64) }, { maxBytes: MAX_ENVELOPE_BYTES }))
  const ciphertext = paddedSize(LENGTH_BYTES + plaintext.length) + TAG_BYTES
  return overhead() + Math.ceil((ciphertext * 4) / 3)
}
