import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedError } from '../errors.ts'
import { writePrivateFile } from '../files.ts'

const sharedPlace = '/var/lib/kez-chat'

/**
 * Where the database files of a data folder live: inside it, except for root, whose Postgres runs as another account
 * that may not enter a private folder. There they are in `/var/lib/kez-chat/<id>`, and the data folder keeps the id, so
 * that a new data folder never meets old files.
 * @throws EmbeddedError `data_folder_invalid` when the kept id is none.
 */
export const postgresDataPlace = (dataFolder: string, place = sharedPlace): string => {
  if (process.getuid?.() !== 0) return join(dataFolder, 'postgres')
  const file = join(dataFolder, 'postgres.id')
  if (!existsSync(file)) writePrivateFile(file, `${randomBytes(16).toString('hex')}\n`)
  const id = readFileSync(file, 'utf8').trim()
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new EmbeddedError('data_folder_invalid', `${file} holds no id of a database folder.`)
  mkdirSync(join(place, id), { recursive: true })
  for (const folder of [place, join(place, id)]) chmodSync(folder, 0o711)
  // For somebody who wonders whether a database can go.
  writePrivateFile(join(place, id, 'belongs-to'), `${dataFolder}\n`)
  return join(place, id, 'postgres')
}

/** Removes the database files of a data folder. */
export const removePostgresData = (dataFolder: string, place = sharedPlace): void => {
  rmSync(join(dataFolder, 'postgres'), { recursive: true, force: true })
  const file = join(dataFolder, 'postgres.id')
  if (!existsSync(file)) return
  const id = readFileSync(file, 'utf8').trim()
  if (/^[0-9a-f]{32}$/.test(id)) rmSync(join(place, id), { recursive: true, force: true })
}
