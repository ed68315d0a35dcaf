import { type Bytes, fromHex, randomBytes, toHex, utf8 } from '@kez-chat/identity'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { MessageError } from '../errors.ts'
import { createXoshiro, type Xoshiro } from './xoshiro.ts'

/** What opens a scrambled picture; hex, as it travels in a wrap. */
export interface VisualKey {
  /** 32 bytes. */
  readonly key: string
  /** 16 bytes; also stands in the picture's address. */
  readonly salt: string
}

/** A picture in memory: `width` × `height` pixels of four bytes, red, green, blue, alpha. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const TWO_32 = 2 ** 32

/** Key and salt for a new picture, or for the same one once somebody is not to see it any more. */
export const newVisualKey = (): VisualKey => ({ key: toHex(randomBytes(32)), salt: toHex(randomBytes(16)) })

/**
 * The random numbers that a picture is scrambled by.
 * @throws IdentityError `malformed`
 */
export const visualStream = ({ key, salt }: VisualKey): Xoshiro =>
  createXoshiro(hkdf(sha256, fromHex(key, 32), fromHex(salt, 16), utf8('kez-visual-v1'), 32))

/**
 * Where the pixels of a scrambled picture come from (protocol §5): the one at place k was at place `order[k]`.
 * @throws IdentityError `malformed`
 */
export const pixelOrder = (count: number, visualKey: VisualKey): Uint32Array => {
  const random = visualStream(visualKey)
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  for (let i = count - 1; i > 0; i--) {
    const n = i + 1
    const unbiased = Math.floor(TWO_32 / n) * n
    do random.step()
    while (random.high() >= unbiased)
    const j = random.high() % n
    const moved = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = moved
  }
  return order
}

/** The pixels as whole numbers, opaque, in a buffer of their own. */
const opaque = ({ width, height, data }: Pixels): Uint32Array<ArrayBuffer> => {
  if (data.length !== width * height * 4) throw new MessageError('malformed', 'a pixel has four bytes')
  const copy: Bytes = new Uint8Array(data)
  for (let i = 3; i < copy.length; i += 4) copy[i] = 255
  return new Uint32Array(copy.buffer)
}

const rearranged = (pixels: Pixels, move: (from: Uint32Array, to: Uint32Array) => void): Pixels => {
  const from = opaque(pixels)
  const to = new Uint32Array(from.length)
  move(from, to)
  return { width: pixels.width, height: pixels.height, data: new Uint8Array(to.buffer) }
}

/**
 * The picture as strangers see it (protocol §5). Its pixels change places, its colours stay: it keeps a face from who
 * passes by, not from who knows the face and wants to recognise it.
 * @throws MessageError `malformed`
 */
export const scramble = (pixels: Pixels, visualKey: VisualKey): Pixels =>
  rearranged(pixels, (from, to) => {
    const order = pixelOrder(from.length, visualKey)
    for (let k = 0; k < order.length; k++) to[k] = from[order[k] ?? 0] ?? 0
  })

/**
 * The exact inverse of `scramble`.
 * @throws MessageError `malformed`
 */
export const unscramble = (pixels: Pixels, visualKey: VisualKey): Pixels =>
  rearranged(pixels, (from, to) => {
    const order = pixelOrder(from.length, visualKey)
    for (let k = 0; k < order.length; k++) to[order[k] ?? 0] = from[k] ?? 0
  })
