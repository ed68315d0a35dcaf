import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'

/** An opaque PNG of 8 bits a channel, not interlaced: as much of the format as our icons need. */
export const readPng = (path: string): { width: number; height: number; at: (x: number, y: number) => string } => {
  const bytes = readFileSync(path)
  const [width, height, channels] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), 3]
  if (bytes[24] !== 8 || bytes[25] !== 2 || bytes[28] !== 0) throw new TypeError(`${path} is another kind of PNG`)
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  const lines = inflateSync(Buffer.concat(parts))
  const stride = width * channels
  const pixels = Buffer.alloc(stride * height)
  const get = (i: number, back: number, y: number): number =>
    i < back || y < 0 ? 0 : (pixels[y * stride + i - back] ?? 0)
  for (let y = 0; y < height; y++)
    for (let i = 0; i < stride; i++) {
      const [left, up, corner] = [get(i, channels, y), get(i, 0, y - 1), get(i, channels, y - 1)]
      const p = left + up - corner
      const near = [left, up, corner].toSorted((a, b) => Math.abs(p - a) - Math.abs(p - b))[0] ?? 0
      const guess = [0, left, up, (left + up) >> 1, near][lines[y * (stride + 1)] ?? 0] ?? 0
      pixels[y * stride + i] = (lines[y * (stride + 1) + 1 + i] ?? 0) + guess
    }
  return {
    ...{ width, height },
    at: (x, y) => pixels.toString('hex', y * stride + x * channels, y * stride + (x + 1) * channels),
  }
}
