import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { EmbeddedError } from '../errors.ts'
import { privateFolder, writePrivateFile } from '../files.ts'
import { type DataFolderLock, lockDataFolder } from './lock.ts'

/** The layout of the data folder that this version reads and writes. */
export const dataFormat = 1

export type DataFolder = {
  readonly path: string
  readonly domain: string
  readonly isNew: boolean
  readonly lock: DataFolderLock
}

export type OpenOptions = {
  readonly path: string
  /** The domain asked for; undefined takes what the folder has, `localhost` when it is new. */
  readonly domain: string | undefined
  /** Told when another launcher still holds the folder and is being waited for. */
  readonly onWait?: (what: string) => void
}

const serverRecord = z.object({ format: z.number().int().positive(), domain: z.string(), created_at: z.string() })
const maxRecordBytes = 64 * 1024

/**
 * Opens the data folder for this process alone, making it (0700) when it is missing. The first opening fixes the
 * domain in `server.json`.
 * @throws EmbeddedError `data_folder_in_use`, `data_folder_newer`, `data_folder_invalid` or `domain_fixed`.
 */
export const openDataFolder = async (options: OpenOptions): Promise<DataFolder> => {
  const path = resolve(options.path)
  makeOwn(path)
  const lock = await lockDataFolder(path, options.onWait)
  try {
    const file = join(path, 'server.json')
    const isNew = !existsSync(file)
    if (isNew) {
      const record = { format: dataFormat, domain: options.domain ?? 'localhost', created_at: new Date().toISOString() }
      writePrivateFile(file, `${JSON.stringify(record, null, 2)}\n`)
    }
    const domain = readDomain(file)
    if (options.domain !== undefined && options.domain !== domain)
      throw new EmbeddedError(
        'domain_fixed',
        `This home server was started as "${domain}" and cannot become "${options.domain}": the domain is signed into ` +
          `every registration (alice@${domain}), so under another one nobody could log in any more.\n` +
          `Start it without --server (or with --server ${domain}), or use another data folder for "${options.domain}": KEZ_DATA_DIR=/another/folder.`,
      )
    return { path, domain, isNew, lock }
  } catch (error) {
    lock.release()
    throw error
  }
}

const makeOwn = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const owner = statSync(path).uid
    const self = process.getuid?.() ?? owner
    if (owner !== self)
      throw new EmbeddedError(
        'data_folder_invalid',
        `The data folder ${path} belongs to another user (uid ${owner}, this is uid ${self}). Start as that user, or set KEZ_DATA_DIR to a folder of your own.`,
      )
    for (const folder of [path, join(path, 'keys'), join(path, 'logs')]) privateFolder(folder)
  } catch (cause) {
    if (cause instanceof EmbeddedError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EmbeddedError(
      'data_folder_invalid',
      `The data folder ${path} cannot be used: ${reason}. Set KEZ_DATA_DIR to another folder.`,
      { cause },
    )
  }
}

const readDomain = (file: string): string => {
  const invalid = (why: string) =>
    new EmbeddedError(
      'data_folder_invalid',
      `${file} ${why}. Put it back from a backup; it says which domain this data belongs to.`,
    )
  if (statSync(file).size > maxRecordBytes) throw invalid('is far too long')
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw invalid('is not JSON')
  }
  const format = z.object({ format: z.number() }).safeParse(content)
  if (format.success && format.data.format > dataFormat)
    throw new EmbeddedError(
      'data_folder_newer',
      `This data folder was written by a newer kez-chat (format ${format.data.format}, this version knows ${dataFormat}). Start the newer version, so that nothing is lost.`,
    )
  const record = serverRecord.safeParse(content)
  if (!record.success) throw invalid('does not have the expected content')
  return record.data.domain
}
