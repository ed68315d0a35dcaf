import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exif, gif, jpeg, png, pngChunk, pngStart, riff, webp, webpChunk } from '../../../test/pictures.ts'
import type { ImageFacts } from '../../storage/message.ts'
import { readImage } from '../image-header.ts'
import { isAnimated, withoutMetadata } from './strip.ts'

const latin = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1')
const bytesOf = (text: string): number[] => [...Buffer.from(text, 'latin1')]
const type = (bytes: Uint8Array): Pick<ImageFacts, 'type'> => ({ type: readImage(bytes)?.type ?? 'image/jpeg' })
const stripped = (bytes: Uint8Array) => withoutMetadata(bytes, type(bytes))
const segment = (marker: number, body: string): number[] => {
  const length = body.length + 2
  return [0xff, marker, length >> 8, length & 255, ...bytesOf(body)]
}
const size = { width: 64, height: 48 }

describe('a JPEG that is sent', () => {
  const hidden = [
    ...segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:GPSLatitude>48.1</x:GPSLatitude>'),
    ...segment(0xe2, 'ICC_PROFILE\0colours'),
    ...segment(0xe2, 'MPF\0another picture'),
    ...segment(0xed, 'Photoshop 3.0\0IPTC city: Munich'),
    ...segment(0xfe, 'a comment'),
  ]
  const whole = jpeg({ ...size, orientation: 6 })
  const photo = Uint8Array.of(...whole.subarray(0, 2), ...hidden, ...whole.subarray(2), ...bytesOf('a film behind it'))

  it('says nothing of place, camera, texts and what hangs behind it, and keeps pixels, colours and how it is turned', () => {
    const clean = stripped(photo)
    for (const secret of ['GPS', 'CameraName', 'xap', 'Munich', 'comment', 'MPF', 'film']) {
      expect(latin(photo)).toContain(secret)
      expect(latin(clean)).not.toContain(secret)
    }
    expect(latin(clean)).toContain('ICC_PROFILE')
    expect(latin(clean)).toContain('JFIF')
    expect(clean && readImage(clean)).toEqual({ type: 'image/jpeg', width: 48, height: 64 })
    // From the frame on not a byte is different.
    const pixels = latin(whole).slice(latin(whole).indexOf('\xff\xc0'))
    expect(latin(clean).endsWith(pixels)).toBe(true)
  })

  it('has no EXIF at all when it stands upright, and stays the same the second time', () => {
    const clean = stripped(jpeg({ ...size, orientation: 1 }))
    expect(latin(clean)).not.toContain('Exif')
    expect(clean && stripped(clean)).toEqual(clean)
  })

  it('is drawn anew, not sent, when it is not built like one', () => {
    expect(withoutMetadata(Uint8Array.of(0xff, 0xd8, 0x00, 0x01, 0x02), { type: 'image/jpeg' })).toBeUndefined()
    expect(withoutMetadata(whole.subarray(0, 30), { type: 'image/jpeg' })).toBeUndefined()
  })
})

describe('a PNG that is sent', () => {
  const parts = png(size)
  const add = (chunk: number[]) => Uint8Array.of(...parts.subarray(0, 33), ...chunk, ...parts.subarray(33))

  it('has its pixels and nothing else', () => {
    const chunks = ['tEXt', 'zTXt', 'iTXt', 'tIME', 'prVt'].flatMap((name) => pngChunk(name, bytesOf('secret')))
    const photo = Uint8Array.of(...add([...chunks, ...pngChunk('eXIf', exif(1))]), ...bytesOf('secret behind it'))
    expect(stripped(photo)).toEqual(parts)
  })

  it('that has to be turned is drawn anew', () => {
    expect(stripped(add(pngChunk('eXIf', exif(8))))).toBeUndefined()
    expect(stripped(Uint8Array.of(...pngStart, ...parts.subarray(8, 40)))).toBeUndefined()
  })

  it('that moves is known by it', () => {
    expect([
      isAnimated(parts, type(parts)),
      isAnimated(add(pngChunk('acTL', [0, 0, 0, 1, 0, 0, 0, 0])), type(parts)),
    ]).toEqual([false, true])
  })
})

describe('a WebP that is sent', () => {
  const described = (flags: number, orientation: number) => {
    const plain = webp(size)
    plain[20] = flags
    return riff([
      ...plain.subarray(12),
      ...webpChunk('EXIF', exif(orientation)),
      ...webpChunk('XMP ', bytesOf('<x:GPSLatitude/>')),
    ])
  }

  it('has neither EXIF nor XMP, and does not claim to', () => {
    const clean = stripped(described(0x0c, 1))
    expect(latin(clean)).not.toMatch(/GPS|EXIF|XMP/)
    expect(clean).toEqual(webp(size))
    expect(stripped(described(0x0c, 3))).toBeUndefined()
  })
})

describe('a GIF that is sent', () => {
  it('moves as before and has no comments', () => {
    const loop = [0x21, 0xff, 11, ...bytesOf('NETSCAPE2.0'), 3, 1, 0, 0, 0]
    const frame = [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
    const hidden = [
      0x21,
      0xfe,
      6,
      ...bytesOf('secret'),
      0,
      0x21,
      0xff,
      11,
      ...bytesOf('XMP DataXMP'),
      6,
      ...bytesOf('secret'),
      0,
    ]
    const head = gif(size).subarray(0, 13)
    const photo = Uint8Array.of(...head, ...loop, ...hidden, ...frame, ...frame, 0x3b, ...bytesOf('secret'))
    expect(stripped(photo)).toEqual(Uint8Array.of(...head, ...loop, ...frame, ...frame, 0x3b))
    expect(isAnimated(photo, { type: 'image/gif' })).toBe(true)
  })
})

it('whatever is taken for a picture is read to its end without a fault', () => {
  const types = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'] as const
  const starts = [jpeg({ ...size, orientation: 6 }), png(size), webp(size), gif(size)]
  fc.assert(
    fc.property(fc.nat(3), fc.nat(), fc.uint8Array({ maxLength: 80 }), (which, at, noise) => {
      const start = starts[which] ?? new Uint8Array()
      const bytes = Uint8Array.of(...start.subarray(0, at % (start.length + 1)), ...noise)
      expect(() => withoutMetadata(bytes, { type: types[which] ?? 'image/jpeg' })).not.toThrow()
      expect(() => isAnimated(bytes, { type: types[which] ?? 'image/jpeg' })).not.toThrow()
    }),
  )
})
