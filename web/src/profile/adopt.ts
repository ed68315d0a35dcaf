import type { JsonRecord } from '@kez-chat/identity'
import { MessageError, type MessagingKey } from '@kez-chat/messaging'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import {
  checkJpeg,
  decodePng,
  encodePng,
  newVisualKey,
  openKeyWrap,
  type PictureText,
  readPictureText,
  readProfile,
  unscramble,
  visualTag,
  wrapUnder,
} from '@kez-chat/messaging/visual'
import type { OwnPicture, Picture } from '../storage/own-picture.ts'

/** Undefined where whoever wrote it is to blame. */
export const soundly = async <T>(read: () => T | Promise<T>): Promise<T | undefined> => {
  try {
    return await read()
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}

/** What a profile says, whoever wrote it; nothing when it cannot be read. */
export const contentOf = (event: NostrEvent): JsonRecord => {
  try {
    return readProfile(event)
  } catch (error) {
    if (error instanceof MessageError) return {}
    throw error
  }
}

/** The picture that a profile names; none when it cannot be read. */
export const pictureOf = ({ picture }: JsonRecord): PictureText => {
  try {
    return readPictureText(picture)
  } catch (error) {
    if (error instanceof MessageError) return { kind: 'none' }
    throw error
  }
}

/** The picture in a profile of one's own, as far as it can be opened. */
const published = async (key: MessagingKey, event: NostrEvent, now: number): Promise<Picture | undefined> => {
  const content = contentOf(event)
  const text = pictureOf(content)
  if (text.kind === 'plain') {
    const { bytes, mime } = text
    if (mime === 'image/jpeg') checkJpeg(bytes)
    const image = mime === 'image/jpeg' ? { jpeg: bytes } : { png: await encodePng(await decodePng(bytes)) }
    return { ...image, visual: false, ...newVisualKey() }
  }
  if (text.kind !== 'visual') return undefined
  const { png, salt } = text
  const wrap = wrapUnder(content, visualTag(key, key.primary, salt))
  const visualKey = await openKeyWrap(wrap, key, { from: key.primary, salt, now })
  return { png: await encodePng(unscramble(await decodePng(png), visualKey)), visual: true, ...visualKey }
}

/**
 * Another device of the owner, or another program, has published a newer profile: its picture is the own one from here
 * on, unless the person has chosen later on this device.
 */
export const adopt = async (
  key: MessagingKey,
  own: OwnPicture,
  newer: NostrEvent,
  now: number,
): Promise<OwnPicture> => {
  if (own.chosen_at > newer.created_at * 1_000) return { ...own, given: [] }
  const text = pictureOf(contentOf(newer))
  const { picture: before, ...facts } = own
  if (before?.visual && text.kind === 'visual' && text.salt === before.salt) return own
  if (before?.jpeg && text.kind === 'plain' && String(text.bytes) === String(before.jpeg)) return own
  const picture = await soundly(() => published(key, newer, now))
  return { ...facts, given: [], ...(picture ? { picture } : {}) }
}
