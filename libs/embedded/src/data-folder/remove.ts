import { rmSync } from 'node:fs'
import { removePostgresData } from '../postgres/data-place.ts'

/** Removes a data folder with its database, wherever that is. Nothing may run there. */
export const removeDataFolder = (folder: string): void => {
  removePostgresData(folder)
  rmSync(folder, { recursive: true, force: true })
}
