import type { JsonRecord } from '@kez-chat/identity'
import { createProfileEvent, type NostrEvent } from '@kez-chat/messaging/nostr'
import { newVisualKey, pictureText } from '@kez-chat/messaging/visual'
import type { OwnPicture, Picture } from '../storage/own-picture.ts'
import { adopt, contentOf, pictureOf } from './adopt.ts'
import { isNewer } from './newer.ts'
import type { Contact, Owner } from './owner.ts'
import { withScrambled } from './scrambled.ts'

export type Plan = {
  /** What is to be remembered, the profile in it. */
  readonly own: OwnPicture & { readonly event: NostrEvent }
  /** Who has to get the key of the picture by message, since their wrap found no room. */
  readonly tell: readonly Contact[]
}

const year = 365 * 86_400_000

/** Somebody who has the key is no contact any more: to them the next profile must show another picture. */
const rotated = (own: OwnPicture, contacts: readonly Contact[]): OwnPicture => {
  const { picture, given } = own
  const gone = given.some((tag) => !contacts.some((contact) => contact.tag === tag))
  if (!picture || !gone) return own
  return { ...own, given: [], picture: { ...picture, ...newVisualKey() } }
}

type Next = Pick<OwnPicture, 'given' | 'replaced'> & Pick<Plan, 'tell'> & { readonly content: JsonRecord }

const withoutPicture = ({ picture: _picture, kez_visual_keys: _wraps, ...about }: JsonRecord): JsonRecord => about

/** The profile without a picture of ours. What another program has put there stays, and comes back. */
const removed = (own: OwnPicture, content: JsonRecord, at: number): Next => {
  const { kind } = pictureOf(content)
  const isOurs = (kind === 'visual' || kind === 'plain') && own.chosen_at > at
  if (!isOurs) return { content, given: [], tell: [] }
  const about = withoutPicture(content)
  return { content: own.replaced === undefined ? about : { ...about, picture: own.replaced }, given: [], tell: [] }
}

/** For everybody to see. */
const open = ({ png, jpeg }: Picture, content: JsonRecord): JsonRecord => {
  const text = jpeg ? pictureText('image/jpeg', jpeg) : png && pictureText('image/png', png)
  if (text === undefined || (content.picture === text && content.kez_visual_keys === undefined)) return content
  return { ...withoutPicture(content), picture: text }
}

const addressIn = (content: JsonRecord): string | undefined =>
  pictureOf(content).kind === 'elsewhere' && typeof content.picture === 'string' ? content.picture : undefined

/**
 * What one's profile is to be, and who is to hear more. Whatever else it says stays, whoever wrote it.
 * @param found the newest that relays have
 * @throws MessageError `too_large` when the profile says so much that a picture has no room
 */
export const planProfile = async (
  owner: Owner,
  stored: OwnPicture,
  found: NostrEvent | undefined,
  contacts: readonly Contact[],
  now: number,
): Promise<Plan> => {
  const newer = found && isNewer(found, stored.event) ? found : undefined
  const before = newer ?? stored.event
  const own = rotated(newer ? await adopt(owner.key, stored, newer, now) : stored, contacts)
  const { picture } = own
  const content = before ? contentOf(before) : { name: owner.handle, nip05: `${owner.handle}@${owner.server}` }
  const tags = before?.tags ?? []

  const next = async (): Promise<Next> => {
    if (!picture) return removed(own, content, (before?.created_at ?? 0) * 1_000)
    const replaced = addressIn(content) ?? own.replaced
    const kept = replaced === undefined ? {} : { replaced }
    if (!picture.visual) return { content: open(picture, content), given: [], tell: [], ...kept }
    const { png } = picture
    if (!png) return { content, given: [], tell: [], ...kept }
    const made = await withScrambled(owner, { ...picture, png }, { content, tags, given: own.given }, contacts, now)
    return { ...made, given: contacts.map(({ tag }) => tag), ...kept }
  }

  const { content: after, tell, given, replaced } = await next()
  const event = (): NostrEvent => {
    if (before && after === content) return before
    // A first one never takes the place of one that is merely not to be found now.
    if (!before && !picture) return createProfileEvent(after, now - 2 * year, owner.transportKey)
    const at = Math.max(now, before ? (before.created_at + 1) * 1_000 : 0)
    return createProfileEvent(after, at, owner.transportKey, tags)
  }
  const { problem: _solved, replaced: _before, ...facts } = own
  const published = event()
  return {
    own: {
      ...{ ...facts, given, event: published, by: published.id === stored.event?.id ? own.by : [] },
      ...(replaced === undefined ? {} : { replaced }),
    },
    tell,
  }
}
