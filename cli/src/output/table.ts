import { stripVTControlCharacters } from 'node:util'
import type { Paint } from './paint.ts'

const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Lines of aligned cells; the last cell of a line is not padded. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0))).join('  '))
    .map((line) => `${line}\n`)
    .join('')
}

/** Names and values, one a line. */
export const fields = (paint: Paint, rows: readonly (readonly [string, string])[]): string =>
  columns(rows.map(([name, value]) => [paint.dim(name), value]))

export const table = (paint: Paint, header: readonly string[], rows: readonly (readonly string[])[]): string =>
  columns([header.map(paint.bold), ...rows])
