import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Puts a gzip of every text beside it, which the server sends to those who take it. */
export const compressTexts = (dir: string): void => {
  for (const name of globSync('**/*.{html,js,css,svg,webmanifest}', { cwd: dir })) {
    const text = readFileSync(join(dir, name))
    const small = gzipSync(text, { level: 9 })
    if (small.length < text.length) writeFileSync(join(dir, `${name}.gz`), small)
  }
}
