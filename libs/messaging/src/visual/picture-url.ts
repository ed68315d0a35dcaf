import { type Bytes, isHex } from '@kez-chat/identity'
import { MessageError } from '../errors.ts'

/** Longest `picture` that is looked at, in characters. */
export const MAX_PICTURE_LENGTH = 64 * 1024

const PREFIX = /^data:(image\/png|image\/jpeg);base64,/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const FRAGMENT = '#kez-visual-v1:'

/** What the `picture` of a profile is, as far as its text tells. */
export type PictureText =
  | { readonly kind: 'none' }
  /** Scrambled; `salt` says under which key. */
  | { readonly kind: 'visual'; readonly png: Bytes; readonly salt: string }
  /** Open to everybody. */
  | { readonly kind: 'plain'; readonly mime: 'image/png' | 'image/jpeg'; readonly bytes: Bytes }
  /** On some server. It is never fetched: that server would learn who looks at whom, and from where. */
  | { readonly kind: 'elsewhere' }

const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}

/** A picture as the value of `picture`; with a salt, a scrambled one. */
export const pictureText = (mime: 'image/png' | 'image/jpeg', bytes: Uint8Array, salt?: string): string =>
  `data:${mime};base64,${toBase64(bytes)}${salt === undefined ? '' : FRAGMENT + salt}`

/**
 * Reads the `picture` of a profile by whoever, without decoding it.
 * @throws MessageError `too_large`, `malformed`
 */
export const readPictureText = (value: unknown): PictureText => {
  if (value === undefined || value === null || value === '') return { kind: 'none' }
  if (typeof value !== 'string') throw new MessageError('malformed', 'picture is not text')
  if (value.length > MAX_PICTURE_LENGTH) throw new MessageError('too_large', 'picture is too long')
  const [prefix = '', mime] = PREFIX.exec(value) ?? []
  if (mime !== 'image/png' && mime !== 'image/jpeg') {
    if (/^https?:/i.test(value)) return { kind: 'elsewhere' }
    throw new MessageError('malformed', 'picture is neither an address nor a PNG or JPEG')
  }
  const [data = '', ...fragments] = value.slice(prefix.length).split('#')
  if (!BASE64.test(data)) throw new MessageError('malformed', 'picture is not base64')
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
  const fragment = fragments.length === 0 ? '' : `#${fragments.join('#')}`
  if (!fragment.startsWith(FRAGMENT)) return { kind: 'plain', mime, bytes }
  const salt = fragment.slice(FRAGMENT.length)
  if (mime !== 'image/png' || !isHex(salt, 16)) throw new MessageError('malformed', 'no salt, or not a PNG')
  return { kind: 'visual', png: bytes, salt }
}
