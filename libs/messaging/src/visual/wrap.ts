import { fromBase64url, type PrimaryId, type Random, randomBytes, toBase64url, toHex } from '@kez-chat/identity'
import { parseBody, type VisualKeyBody } from '../body.ts'
import { parseEnvelope, type SealedEnvelope } from '../envelope.ts'
import { MessageError } from '../errors.ts'
import { checkNotAhead } from '../freshness.ts'
import { createInner } from '../inner.ts'
import type { MessagingKey } from '../messaging-key.ts'
import { openInner } from '../open.ts'
import { seal } from '../seal.ts'
import { exchangePublicKey } from '../x25519.ts'
import type { VisualKey } from './scramble.ts'

/** What goes into a sealed message for a contact whose wrap has no room in the profile. */
export const visualKeyBody = ({ key, salt }: VisualKey): VisualKeyBody => ({ type: 'kez-visual-key', key, salt })

/** From whom to whom a wrap is. */
export interface WrapAddress {
  /** `handle@server` of the owner. */
  readonly fromHandle: string
  readonly to: PrimaryId
  /** Unix milliseconds. */
  readonly at: number
}

/**
 * The key of a picture, sealed for one contact or the owner (protocol §5).
 * @throws MessageError `malformed`, `weak_key`
 */
export const createKeyWrap = (
  visualKey: VisualKey,
  { fromHandle, to, at }: WrapAddress,
  key: MessagingKey,
  random: Random = randomBytes,
): Promise<SealedEnvelope> => {
  const draft = { from: key.primary, fromHandle, to, body: visualKeyBody(visualKey), sentAt: at }
  return seal(createInner(draft, random), key, random)
}

/**
 * Opens a wrap that stands in a profile: any age, but made by the profile's owner for this picture.
 * @param value an entry of `kez_visual_keys`
 * @param now unix milliseconds
 * @throws MessageError any code; `wrong_sender` when another made it, `wrong_event` when it is for another picture
 */
export const openKeyWrap = async (
  value: unknown,
  key: MessagingKey,
  expected: { readonly from: PrimaryId; readonly salt: string; readonly now: number },
): Promise<VisualKey> => {
  const inner = await openInner(value, key)
  if (inner.from !== expected.from) throw new MessageError('wrong_sender', 'the wrap is by somebody else')
  checkNotAhead(inner.sent_at, expected.now)
  const body = parseBody(inner.body)
  if (body.type !== 'kez-visual-key') throw new MessageError('malformed', 'not the key of a picture')
  if (body.salt !== expected.salt) throw new MessageError('wrong_event', 'the key of another picture')
  return { key: body.key, salt: body.salt }
}

/** Something that nobody can open, and nobody can tell from `like`. */
export const createDecoy = (like: SealedEnvelope, random: Random = randomBytes): SealedEnvelope =>
  parseEnvelope({
    v: 2,
    // A real public key: half of all numbers are none, and would tell.
    eph: toHex(exchangePublicKey(random(32))),
    nonce: toHex(random(12)),
    ct: toBase64url(random(fromBase64url(like.ct, like.ct.length).length)),
  })
