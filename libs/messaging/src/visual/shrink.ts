import type { Pixels } from './scramble.ts'

/** How much of each old pixel a new one covers along one side. */
const shares = (from: number, to: number): { readonly first: number; readonly weights: number[] }[] =>
  Array.from({ length: to }, (_, i) => {
    const [start, end] = [(i * from) / to, ((i + 1) * from) / to]
    const first = Math.floor(start)
    const weights: number[] = []
    for (let at = first; at < end; at++) weights.push((Math.min(at + 1, end) - Math.max(at, start)) / (end - start))
    return { first, weights }
  })

/** A square picture in another size, no larger than it is: each new pixel is the mean of what it covers. */
export const shrink = ({ width, height, data }: Pixels, side: number): Pixels => {
  const small = new Uint8Array(side * side * 4)
  const [columns, rows] = [shares(width, side), shares(height, side)]
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const sums = [0, 0, 0, 0]
      for (const [dy, high] of row.weights.entries()) {
        for (const [dx, wide] of column.weights.entries()) {
          const at = ((row.first + dy) * width + column.first + dx) * 4
          for (let c = 0; c < 4; c++) sums[c] = (sums[c] ?? 0) + (data[at + c] ?? 0) * high * wide
        }
      }
      small.set(sums.map(Math.round), (y * side + x) * 4)
    }
  }
  return { width: side, height: side, data: small }
}
