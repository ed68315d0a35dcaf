import { isHex, isRecord, type JsonRecord, parseJson } from '@kez-chat/identity'
import { parseEnvelope, type SealedEnvelope } from '../envelope.ts'
import { MessageError } from '../errors.ts'
import { asMessageErrors } from '../identity-errors.ts'
import { MAX_EVENT_BYTES, type NostrEvent } from '../nostr/event.ts'
import { KIND_PROFILE } from '../nostr/kinds.ts'

/** Most wraps of a profile that are looked at: twice what an event has room for. */
const MAX_WRAPS = 128

/**
 * What a profile says.
 * @throws MessageError `wrong_kind`, `malformed`, `too_large`
 */
export const readProfile = (event: Pick<NostrEvent, 'kind' | 'content'>): JsonRecord => {
  if (event.kind !== KIND_PROFILE) throw new MessageError('wrong_kind', 'not a profile')
  const value = asMessageErrors(() => parseJson(event.content, MAX_EVENT_BYTES))
  if (!isRecord(value)) throw new MessageError('malformed', 'a profile is an object')
  return value
}

/** What stands under one name in the `kez_visual_keys` of a profile by whoever; unchecked. */
export const wrapUnder = (profile: JsonRecord, tag: string): unknown => {
  const { kez_visual_keys: wraps } = profile
  return isRecord(wraps) && Object.hasOwn(wraps, tag) ? wraps[tag] : undefined
}

/** All of them that are sound, of one's own profile. */
export const wrapsOf = ({ kez_visual_keys: wraps }: JsonRecord): Map<string, SealedEnvelope> => {
  const sound = new Map<string, SealedEnvelope>()
  if (!isRecord(wraps)) return sound
  for (const [tag, value] of Object.entries(wraps).slice(0, MAX_WRAPS)) {
    try {
      if (isHex(tag, 16)) sound.set(tag, parseEnvelope(value))
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
    }
  }
  return sound
}
