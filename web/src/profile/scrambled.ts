import type { JsonRecord } from '@kez-chat/identity'
import type { SealedEnvelope } from '@kez-chat/messaging'
import type { NostrTag } from '@kez-chat/messaging/nostr'
import {
  composeVisualProfile,
  createDecoy,
  createKeyWrap,
  decodePng,
  decoyTags,
  encodePng,
  MOST_DECOYS,
  type NamedWrap,
  pictureText,
  scramble,
  shrink,
  visualTag,
  wrapsOf,
} from '@kez-chat/messaging/visual'
import type { Picture } from '../storage/own-picture.ts'
import { pictureOf } from './adopt.ts'
import type { Contact, Owner } from './owner.ts'

export type Scrambled = {
  /** What the profile is to say: the same object when nothing changes. */
  readonly content: JsonRecord
  /** Whose wraps had no room. */
  readonly tell: readonly Contact[]
}

type Before = {
  readonly content: JsonRecord
  readonly tags: readonly NostrTag[]
  /** The conversations whose people have the key already. */
  readonly given: readonly string[]
}

const aboutOf = ({ picture: _picture, kez_visual_keys: _wraps, ...about }: JsonRecord): JsonRecord => about

/** A profile with the picture scrambled, and a wrap for everybody who is to see it (protocol §5). */
export const withScrambled = async (
  { key, handle, server }: Owner,
  picture: Picture & { readonly png: NonNullable<Picture['png']> },
  { content, tags, given }: Before,
  contacts: readonly Contact[],
  now: number,
): Promise<Scrambled> => {
  const { salt } = picture
  const was = pictureOf(content)
  const existing = was.kind === 'visual' && was.salt === salt ? wrapsOf(content) : new Map<string, SealedEnvelope>()
  const own = visualTag(key, key.primary, salt)
  const wrapFor = ({ primary }: Pick<Contact, 'primary'>): Promise<SealedEnvelope> =>
    createKeyWrap(picture, { fromHandle: `${handle}@${server}`, to: primary, at: now }, key)
  const tagFor = ({ primary }: Contact): string => visualTag(key, primary, salt)

  // Without the own one they are not the wraps that were made here: another program has written over them.
  const have = existing.has(own) ? given : []
  const added: (readonly [...NamedWrap, Contact])[] = []
  for (const contact of contacts.filter(({ tag }) => !have.includes(tag))) {
    const tag = tagFor(contact)
    if (!existing.has(tag)) added.push([tag, await wrapFor(contact), contact])
  }
  if (added.length === 0 && existing.has(own)) return { content, tell: [] }

  const decoys = decoyTags(key, salt, MOST_DECOYS)
  const ownWrap = existing.get(own) ?? (await wrapFor(key))
  // Also those that another device of the owner has made, for people who are not known here.
  const kept = [...existing].filter(([tag]) => tag !== own && !decoys.includes(tag))
  const wraps: NamedWrap[] = [[own, ownWrap], ...kept, ...added.map(([tag, wrap]): NamedWrap => [tag, wrap])]
  const pixels = await decodePng(picture.png)
  const composed = await composeVisualProfile({
    ...{ about: aboutOf(content), tags, wraps },
    pictureIn: async (side) => {
      const sized = pixels.width > side ? shrink(pixels, side) : pixels
      return pictureText('image/png', await encodePng(scramble(sized, picture)), salt)
    },
    // One that changed with each profile would be known for what it is.
    decoy: (n) => {
      const tag = decoys[n] ?? ''
      return [tag, existing.get(tag) ?? createDecoy(ownWrap)]
    },
  })
  const left = new Set(wraps.slice(composed.carried).map(([tag]) => tag))
  const isLeft = (contact: Contact): boolean => left.has(tagFor(contact))
  return { content: composed.content, tell: left.size === 0 ? [] : contacts.filter(isLeft) }
}
