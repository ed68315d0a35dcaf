import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { privateFolder, writePrivateFile } from './files.ts'

/** A secret of 256 random bits, in hex, kept in a file (0600) and made on first use. */
export const keptSecret = (file: string): string => {
  if (!existsSync(file)) {
    privateFolder(dirname(file))
    writePrivateFile(file, `${randomBytes(32).toString('hex')}\n`)
  }
  return readFileSync(file, 'utf8').trim()
}
