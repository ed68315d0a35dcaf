import { type JsonRecord, jcs } from '@kez-chat/identity'
import { MessageError } from '../errors.ts'
import { asMessageErrors } from '../identity-errors.ts'
import type { TransportKey } from '../transport-key.ts'
import { MAX_EVENT_BYTES, type NostrEvent, type NostrTag } from './event.ts'
import { KIND_APP_DATA, KIND_PROFILE } from './kinds.ts'
import { signEvent } from './sign-event.ts'

/**
 * A profile (kind 0). The minimal one that a first unlock publishes is `{ name, nip05 }`, handle and full handle.
 * @param at unix milliseconds
 * @param tags what the profile before it had, which others may read
 * @throws MessageError `malformed`, `too_large`
 */
export const createProfileEvent = (
  profile: JsonRecord,
  at: number,
  key: TransportKey,
  tags: readonly NostrTag[] = [],
): NostrEvent => {
  const content = asMessageErrors(() => jcs(profile, { maxBytes: MAX_EVENT_BYTES }))
  return signEvent({ kind: KIND_PROFILE, tags, content }, at, key)
}

/** Data under a name: of one author, a relay keeps the newest of each name. */
export interface AppData {
  /** The name, 1 to 256 characters; `kez` holds a sigchain or claim (protocol §1). */
  readonly d: string
  readonly content: string
}

/**
 * Data of an application (kind 30078).
 * @param at unix milliseconds
 * @throws MessageError `malformed`, `too_large`
 */
export const createAppDataEvent = ({ d, content }: AppData, at: number, key: TransportKey): NostrEvent => {
  if (d === '' || d.length > 256) throw new MessageError('malformed', 'd has 1 to 256 characters')
  return signEvent({ kind: KIND_APP_DATA, tags: [['d', d]], content }, at, key)
}
