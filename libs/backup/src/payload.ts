import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { pipeline as piped } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { BackupError, damaged } from './errors.ts'
import type { FileEntry } from './manifest.ts'
import { type BackupKeys, seal, unseal } from './sealing.ts'

const written = (path: string, cause: unknown): BackupError => {
  const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'
  const why = full ? 'the disk is full' : cause instanceof Error ? cause.message : String(cause)
  return new BackupError('file_not_written', `${path} cannot be written: ${why}`, { cause })
}

/** Whether something went wrong with a file of ours, and not with what was to be written into it. */
const isOfFile = (error: unknown, path: string): boolean =>
  error instanceof Error && 'path' in error ? error.path === path : error instanceof Error && 'syscall' in error

/**
 * Writes a file of a backup: compressed, sealed when there are keys, for its owner alone, and on disk when this resolves.
 * @throws {BackupError} `file_not_written`
 */
export const writePayload = async (
  folder: string,
  name: string,
  source: AsyncIterable<Uint8Array>,
  keys: BackupKeys | undefined,
): Promise<FileEntry> => {
  const path = join(folder, name)
  const hash = createHash('sha256')
  let bytes = 0
  const sealed = (packed: AsyncIterable<Uint8Array>) => (keys ? seal(keys.file(name), packed) : packed)
  async function* counted(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of sealed(packed)) {
      hash.update(part)
      bytes += part.length
      yield part
    }
  }
  const target = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
  try {
    await piped(source, createGzip({ level: 3 }), counted, target)
  } catch (error) {
    throw isOfFile(error, path) ? written(path, error) : error
  }
  return { name, bytes, sha256: hash.digest('hex') }
}

/** Compares a file with its entry, to the byte. @throws {BackupError} `backup_damaged` */
export const checkPayload = async (folder: string, entry: FileEntry): Promise<void> => {
  const path = join(folder, entry.name)
  const found = await stat(path).catch((cause: unknown) => {
    throw damaged(`${entry.name} is missing or cannot be read`, cause)
  })
  if (found.size !== entry.bytes) throw damaged(`${entry.name} has ${found.size} bytes and not ${entry.bytes}`)
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part)
  if (hash.digest('hex') !== entry.sha256) throw damaged(`${entry.name} is not as it was written: its hash differs`)
}

/** What is in a file of a backup. @throws {BackupError} `backup_damaged` */
export async function* readPayload(
  folder: string,
  { name }: FileEntry,
  keys: BackupKeys | undefined,
): AsyncGenerator<Uint8Array> {
  const opened = (source: AsyncIterable<Uint8Array>) => (keys ? unseal(keys.file(name), source) : source)
  // The error of any part ends the last one, which is read here.
  const content = pipeline(createReadStream(join(folder, name)), opened, createGunzip(), () => undefined)
  try {
    for await (const part of content) yield part
  } catch (error) {
    throw error instanceof BackupError ? error : damaged(`${name} cannot be read`, error)
  }
}
