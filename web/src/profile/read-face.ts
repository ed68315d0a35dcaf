import type { PrimaryId } from '@kez-chat/identity'
import type { MessagingKey } from '@kez-chat/messaging'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import {
  checkJpeg,
  decodePng,
  encodePng,
  openKeyWrap,
  unscramble,
  type VisualKey,
  visualTag,
  wrapUnder,
} from '@kez-chat/messaging/visual'
import type { Face, Shown } from '../storage/faces.ts'
import { contentOf, pictureOf, soundly } from './adopt.ts'

type Image = Uint8Array<ArrayBuffer>

// Written anew, so that nothing of a stranger's file but its pixels reaches the browser's own decoder.
const cleaned = async (png: Image): Promise<Image> => encodePng(await decodePng(png))

const checkedJpeg = (bytes: Image): Image => {
  checkJpeg(bytes)
  return bytes
}

const unscrambled = async (png: Image, key: VisualKey): Promise<Image> =>
  encodePng(unscramble(await decodePng(png), key))

/** What the newest profile of somebody shows, to the holder of `key`; `keys` came by message. */
export const readFace = async (
  event: NostrEvent,
  from: PrimaryId,
  key: MessagingKey,
  keys: readonly VisualKey[],
  now: number,
): Promise<Shown> => {
  const content = contentOf(event)
  const text = pictureOf(content)
  const none: Shown = { kind: 'none' }
  switch (text.kind) {
    case 'none':
    case 'elsewhere':
      return { kind: text.kind }
    case 'plain': {
      const { mime, bytes } = text
      const data = await soundly(() => (mime === 'image/png' ? cleaned(bytes) : checkedJpeg(bytes)))
      return data ? { kind: 'open', mime, data } : none
    }
    case 'visual': {
      const { salt } = text
      const noise = await soundly(() => cleaned(text.png))
      if (!noise) return none
      const wrap = await soundly(() => wrapUnder(content, visualTag(key, from, salt)))
      const sealed = wrap === undefined ? undefined : await soundly(() => openKeyWrap(wrap, key, { from, salt, now }))
      const found = sealed ?? keys.find((known) => known.salt === salt)
      if (!found) return { kind: 'noise', salt, data: noise }
      return { kind: 'face', mime: 'image/png', data: await unscrambled(noise, found) }
    }
  }
}

/** What somebody's picture shows once a key for it has come by message; undefined when that changes nothing. */
export const openedFace = async ({ shown, keys }: Face): Promise<Shown | undefined> => {
  if (shown.kind !== 'noise') return undefined
  const found = keys.find(({ salt }) => salt === shown.salt)
  return found && { kind: 'face', mime: 'image/png', data: await unscrambled(shown.data, found) }
}
