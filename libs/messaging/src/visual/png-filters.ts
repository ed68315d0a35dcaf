import type { Bytes } from '@kez-chat/identity'
import { MessageError } from '../errors.ts'

const paeth = (left: number, up: number, upLeft: number): number => {
  const guess = left + up - upLeft
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)]
  if (a <= b && a <= c) return left
  return b <= c ? up : upLeft
}

const predicted = (filter: number, left: number, up: number, upLeft: number): number => {
  switch (filter) {
    case 0:
      return 0
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4:
      return paeth(left, up, upLeft)
    default:
      throw new MessageError('malformed', 'an unknown filter')
  }
}

/**
 * The rows of a PNG without their filters.
 * @param raw rows of one filter byte and `row` bytes each
 * @param step bytes a pixel
 * @throws MessageError `malformed`
 */
export const unfilter = (raw: Bytes, row: number, step: number): Bytes => {
  const height = raw.length / (row + 1)
  const rows = new Uint8Array(height * row)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)] ?? 0
    for (let x = 0; x < row; x++) {
      const at = y * row + x
      const left = x < step ? 0 : (rows[at - step] ?? 0)
      const up = y === 0 ? 0 : (rows[at - row] ?? 0)
      const upLeft = x < step || y === 0 ? 0 : (rows[at - row - step] ?? 0)
      rows[at] = (raw[y * (row + 1) + 1 + x] ?? 0) + predicted(filter, left, up, upLeft)
    }
  }
  return rows
}
