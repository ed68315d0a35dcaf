type Facts = { readonly width: number; readonly height: number; readonly orientation?: number }

const latin = (text: string): number[] => [...text].map((char) => char.charCodeAt(0))
const be16 = (n: number): number[] => [n >> 8, n & 255]
const be32 = (n: number): number[] => [...be16(Math.floor(n / 65_536)), ...be16(n % 65_536)]
const le16 = (n: number): number[] => be16(n).reverse()
const le24 = (n: number): number[] => [n & 255, (n >> 8) & 255, n >> 16]
const le32 = (n: number): number[] => be32(n).reverse()
const segment = (marker: number, body: readonly number[]): number[] => [0xff, marker, ...be16(body.length + 2), ...body]

/** What a camera writes: how the picture is to be turned, its own name, and a place. Little-endian, as most do. */
export const exif = (orientation = 1): number[] => [
  ...latin('II'),
  ...[...le16(42), ...le32(8), ...le16(2)],
  ...[...le16(0x0112), ...le16(3), ...le32(1), ...le16(orientation), 0, 0],
  ...[...le16(0x8825), ...le16(4), ...le32(1), ...le32(38)],
  ...le32(0),
  ...latin('GPS 48.1372N 11.5756E CameraName'),
]

/** The outside of a JPEG: all that comes before its pixels, and a few bytes in their place. */
export const jpeg = ({ width, height, orientation }: Facts): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(
    ...[0xff, 0xd8],
    ...segment(0xe0, [...latin('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...(orientation === undefined ? [] : segment(0xe1, [...latin('Exif\0\0'), ...exif(orientation)])),
    ...segment(0xc0, [8, ...be16(height), ...be16(width), 1, 1, 0x11, 0]),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...[1, 2, 3, 0xff, 0, 4, 0xff, 0xd9],
  )

/** A chunk of a PNG; nobody here looks at its checksum. */
export const pngChunk = (name: string, body: readonly number[]): number[] => [
  ...be32(body.length),
  ...latin(name),
  ...body,
  ...[0, 0, 0, 0],
]

export const pngStart = latin('\x89PNG\r\n\x1a\n')

export const png = ({ width, height }: Facts): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(
    ...pngStart,
    ...pngChunk('IHDR', [...be32(width), ...be32(height), 8, 2, 0, 0, 0]),
    ...pngChunk('IDAT', [1, 2, 3]),
    ...pngChunk('IEND', []),
  )

export const gif = ({ width, height }: Facts): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(...latin('GIF89a'), ...le16(width), ...le16(height), 0, 0, 0, ...new Array(24).fill(0), 0x3b)

export const webpChunk = (name: string, body: readonly number[]): number[] => [
  ...latin(name),
  ...le32(body.length),
  ...body,
  ...(body.length % 2 ? [0] : []),
]

export const riff = (chunks: readonly number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(...latin('RIFF'), ...le32(chunks.length + 4), ...latin('WEBP'), ...chunks)

const lossy = ({ width, height }: Facts): number[] =>
  webpChunk('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, ...le16(width), ...le16(height), 0, 0])

export const webp = ({ width, height }: Facts): Uint8Array<ArrayBuffer> =>
  riff([...webpChunk('VP8X', [0, 0, 0, 0, ...le24(width - 1), ...le24(height - 1)]), ...lossy({ width: 1, height: 1 })])

export const webpLossy = (facts: Facts): Uint8Array<ArrayBuffer> => riff(lossy(facts))

export const webpLossless = ({ width, height }: Facts): Uint8Array<ArrayBuffer> =>
  riff(webpChunk('VP8L', [0x2f, ...le32((width - 1) | ((height - 1) << 14)), 0, 0, 0, 0, 0]))
