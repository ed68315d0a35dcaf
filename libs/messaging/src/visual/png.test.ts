import { deflateSync } from 'node:zlib'
import { type Bytes, concat, randomBytes } from '@kez-chat/identity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageError } from '../errors.ts'
import { checkJpeg } from './jpeg.ts'
import { pictureText, readPictureText } from './picture-url.ts'
import { decodePng, encodePng } from './png.ts'
import type { Pixels } from './scramble.ts'

const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

// A PNG writer apart from ours, with node:zlib.
const crcOf = (bytes: Uint8Array): number => {
  let c = ~0
  for (const byte of bytes) {
    c ^= byte
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  }
  return ~c >>> 0
}
const u32 = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const chunk = (type: string, data: Uint8Array): Bytes =>
  concat(u32(data.length), type, data, u32(crcOf(concat(type, data))))
type Header = { width: number; height: number; depth?: number; colour?: number; interlace?: number }
const header = ({ width, height, depth = 8, colour = 2, interlace = 0 }: Header): Uint8Array =>
  concat(u32(width), u32(height), Uint8Array.of(depth, colour, 0, 0, interlace))
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)
const png = (head: Header, raw: Uint8Array, more: Uint8Array = new Uint8Array(0)): Bytes =>
  concat(
    signature,
    chunk('IHDR', header(head)),
    more,
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', new Uint8Array(0)),
  )

const noise = (width: number, height: number): Pixels => {
  const data = randomBytes(width * height * 4)
  for (let i = 3; i < data.length; i += 4) data[i] = 255
  return { width, height, data }
}

/** What a PNG writer would do to the rows before packing them. */
const filtered = ({ width, height, data }: Pixels, filterOf: (y: number) => number, channels: 3 | 4): Uint8Array => {
  const row = width * channels
  const rows = new Uint8Array(height * row)
  for (let i = 0; i < width * height; i++) rows.set(data.subarray(i * 4, i * 4 + channels), i * channels)
  const at = (y: number, x: number): number => (y < 0 || x < 0 ? 0 : (rows[y * row + x] ?? 0))
  const raw: number[] = []
  for (let y = 0; y < height; y++) {
    const filter = filterOf(y)
    raw.push(filter)
    for (let x = 0; x < row; x++) {
      const [a, b, c] = [at(y, x - channels), at(y - 1, x), at(y - 1, x - channels)]
      const p = a + b - c
      const near = [a, b, c].toSorted((m, n) => Math.abs(p - m) - Math.abs(p - n))[0] ?? 0
      const first = Math.abs(p - a) <= Math.abs(p - b) && Math.abs(p - a) <= Math.abs(p - c) ? a : near
      const paeth = first === a ? a : Math.abs(p - b) <= Math.abs(p - c) ? b : c
      const guess = [0, a, b, (a + b) >> 1, paeth][filter] ?? 0
      raw.push((at(y, x) - guess) & 255)
    }
  }
  return Uint8Array.from(raw)
}

describe('a PNG', () => {
  it('of any pixels is read as it was written', async () => {
    const side = fc.integer({ min: 1, max: 40 })
    await fc.assert(
      fc.asyncProperty(side, side, async (width, height) => {
        const picture = noise(width, height)
        expect(await decodePng(await encodePng(picture))).toEqual(picture)
      }),
      { numRuns: 30 },
    )
  })

  it('by another program is read, with any filters, with and without alpha, and with parts that say nothing here', async () => {
    for (const channels of [3, 4] as const) {
      const picture = noise(7, 10)
      if (channels === 4) for (let i = 3; i < picture.data.length; i += 8) picture.data[i] = 77
      const raw = filtered(picture, (y) => y % 5, channels)
      const made = png({ width: 7, height: 10, colour: channels === 3 ? 2 : 6 }, raw, chunk('tEXt', randomBytes(30)))
      expect(await decodePng(made)).toEqual(picture)
    }
  })

  it.each<[string, string, () => Bytes]>([
    ['that declares more than 256 pixels a side', 'too_large', () => png({ width: 257, height: 1 }, new Uint8Array(9))],
    ['that declares the whole world', 'too_large', () => png({ width: 2 ** 31, height: 2 ** 31 }, new Uint8Array(9))],
    [
      'that unpacks to more than it declares',
      'too_large',
      () => png({ width: 2, height: 2 }, new Uint8Array(30_000_000)),
    ],
    ['that unpacks to less', 'malformed', () => png({ width: 2, height: 2 }, new Uint8Array(13))],
    [
      'longer than an event',
      'too_large',
      () => png({ width: 1, height: 1 }, new Uint8Array(4), new Uint8Array(70_000)),
    ],
    [
      'of more than 256 parts',
      'too_large',
      () =>
        png(
          { width: 1, height: 1 },
          new Uint8Array(4),
          concat(...new Array(300).fill(chunk('teSt', new Uint8Array(0)))),
        ),
    ],
    ['with a palette', 'unknown_version', () => png({ width: 1, height: 1, colour: 3 }, new Uint8Array(2))],
    ['of 16 bits', 'unknown_version', () => png({ width: 1, height: 1, depth: 16 }, new Uint8Array(7))],
    ['that is interlaced', 'unknown_version', () => png({ width: 1, height: 1, interlace: 1 }, new Uint8Array(4))],
    ['without pixels', 'malformed', () => png({ width: 0, height: 1 }, new Uint8Array(1))],
    ['with an unknown filter', 'malformed', () => png({ width: 1, height: 1 }, Uint8Array.of(5, 0, 0, 0))],
    [
      'with a bit flipped',
      'malformed',
      () => png({ width: 1, height: 1 }, new Uint8Array(4)).map((b, i) => (i === 45 ? b ^ 1 : b)),
    ],
    ['that is cut off', 'malformed', () => png({ width: 1, height: 1 }, new Uint8Array(4)).slice(0, -13)],
    ['that is none', 'malformed', () => randomBytes(100)],
    ['of nothing', 'malformed', () => new Uint8Array(0)],
    ['with its header elsewhere', 'malformed', () => concat(signature, chunk('IEND', new Uint8Array(0)))],
    [
      'whose pixels are no zlib data',
      'malformed',
      () =>
        concat(
          signature,
          chunk('IHDR', header({ width: 1, height: 1 })),
          chunk('IDAT', randomBytes(20)),
          chunk('IEND', new Uint8Array(0)),
        ),
    ],
  ])('%s is refused', async (_, expected, make) => {
    await expect(decodePng(make())).rejects.toThrow(code(expected))
  })

  it('of any bytes at all is refused with errors of this library only', async () => {
    const mangled = fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]) => {
      const bytes = png({ width: 3, height: 3 }, new Uint8Array(30))
      bytes[at % bytes.length] = value
      return bytes
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(mangled, fc.uint8Array()), async (bytes) => {
        await decodePng(Uint8Array.from(bytes)).catch((error: unknown) => expect(error).toBeInstanceOf(MessageError))
      }),
      { numRuns: 200 },
    )
  })
})

describe('the header of a JPEG', () => {
  const frame = (marker: number, width: number, height: number): Bytes =>
    Uint8Array.of(0xff, marker, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0)
  const jpeg = (...parts: Uint8Array[]): Bytes => concat(Uint8Array.of(0xff, 0xd8), ...parts)
  const app = Uint8Array.of(0xff, 0xe0, 0, 4, 1, 2)

  it('of a baseline picture passes', () => {
    for (const marker of [0xc0, 0xc1]) expect(() => checkJpeg(jpeg(app, frame(marker, 256, 256)))).not.toThrow()
  })

  it.each<[string, string, Bytes]>([
    ['a progressive one', 'unknown_version', jpeg(frame(0xc2, 256, 256))],
    ['an arithmetic one', 'unknown_version', jpeg(frame(0xc9, 256, 256))],
    ['a wide one', 'too_large', jpeg(frame(0xc0, 513, 1))],
    ['a high one', 'too_large', jpeg(frame(0xc0, 1, 65_535))],
    ['one without pixels', 'malformed', jpeg(frame(0xc0, 0, 9))],
    ['one without a header', 'malformed', jpeg(app)],
    ['one cut off', 'malformed', jpeg(frame(0xc0, 9, 9)).slice(0, 8)],
    ['one with junk between', 'malformed', jpeg(Uint8Array.of(1, 2, 3, 4))],
    ['a PNG', 'malformed', concat(signature)],
  ])('refuses %s', (_, expected, bytes) => {
    expect(() => checkJpeg(bytes)).toThrow(code(expected))
  })
})

describe('the picture of a profile', () => {
  const bytes = randomBytes(1_000)
  const salt = 'ab'.repeat(16)

  it('is read as it was written', () => {
    expect(readPictureText(pictureText('image/png', bytes, salt))).toEqual({ kind: 'visual', png: bytes, salt })
    for (const mime of ['image/png', 'image/jpeg'] as const) {
      expect(readPictureText(pictureText(mime, bytes))).toEqual({ kind: 'plain', mime, bytes })
      expect(readPictureText(`${pictureText(mime, bytes)}#elsewhere`)).toEqual({ kind: 'plain', mime, bytes })
    }
    for (const none of [undefined, null, '']) expect(readPictureText(none)).toEqual({ kind: 'none' })
  })

  it('on some server is no more than its address', () => {
    for (const url of ['https://example.org/a.png', 'HTTP://x/y']) {
      expect(readPictureText(url)).toEqual({ kind: 'elsewhere' })
    }
  })

  it.each<[string, unknown, string]>([
    ['a number', 5, 'malformed'],
    ['a script', 'javascript:alert(1)', 'malformed'],
    ['an SVG', 'data:image/svg+xml;base64,AAAA', 'malformed'],
    ['a page', 'data:text/html,hello', 'malformed'],
    ['text that is no base64', 'data:image/png;base64,A?==', 'malformed'],
    ['base64url', 'data:image/png;base64,-_-_', 'malformed'],
    ['a salt that is too short', `data:image/png;base64,AAAA#kez-visual-v1:${salt.slice(2)}`, 'malformed'],
    ['a salt in upper case', `data:image/png;base64,AAAA#kez-visual-v1:${salt.toUpperCase()}`, 'malformed'],
    ['a scrambled JPEG', `data:image/jpeg;base64,AAAA#kez-visual-v1:${salt}`, 'malformed'],
    ['more than an event holds', `data:image/png;base64,${'A'.repeat(70_000)}`, 'too_large'],
  ])('that is %s is refused', (_, value, expected) => {
    expect(() => readPictureText(value)).toThrow(code(expected))
  })
})
