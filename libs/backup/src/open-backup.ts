import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kdf } from '@kez-chat/export-file'
import { BackupError, damaged } from './errors.ts'
import {
  backupFormat,
  type Manifest,
  manifestName,
  manifestVersion,
  maxManifestBytes,
  readManifest,
} from './manifest.ts'
import { checkPayload, readPayload } from './payload.ts'
import { keepsLastAlone, lastOfEach, type MessageRecord, readRecords } from './records.ts'
import { openKeys } from './sealing.ts'

export type OpenOptions = {
  readonly folder: string
  /** Asked for only when the backup is sealed. */
  readonly passphrase: () => Promise<string>
  readonly kdf: Kdf
  /** The version of kez-chat that opens it. */
  readonly version: string
  /** The domain that the target is for; any when undefined. */
  readonly server: string | undefined
}

/** A backup of which every byte is as it was written. */
export type Backup = {
  readonly manifest: Manifest
  /** The messages of a stream, in order. */
  messages(stream: string): AsyncIterable<MessageRecord>
  /** The file with the tables. */
  rows(): AsyncIterable<Uint8Array>
  key(name: string): Promise<Buffer>
}

const readText = async (folder: string): Promise<string> => {
  const path = join(folder, manifestName)
  const found = await stat(path).catch(() => undefined)
  if (!found) {
    const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory() === true
    throw isFolder
      ? new BackupError(
          'backup_incomplete',
          `${folder} has no ${manifestName}: the backup was cut off, or this is none`,
        )
      : new BackupError('not_a_backup', `there is no folder ${folder}`)
  }
  if (found.size > maxManifestBytes) throw damaged(`${path} is far too long`)
  return readFile(path, 'utf8')
}

const partsOf = (version: string): number[] => version.split(/[.+-]/, 3).map((part) => Number.parseInt(part, 10) || 0)

const isNewer = (version: string, than: string): boolean => {
  const [a, b] = [partsOf(version), partsOf(than)]
  const at = [0, 1, 2].find((i) => (a[i] ?? 0) !== (b[i] ?? 0))
  return at !== undefined && (a[at] ?? 0) > (b[at] ?? 0)
}

/**
 * Opens a backup and compares each of its files with its hash, before anything is done with any of them.
 * @throws {BackupError} `not_a_backup`, `backup_incomplete`, `backup_damaged`, `backup_newer`, `other_server`,
 *   `passphrase_wrong`
 */
export const openBackup = async ({ folder, passphrase, kdf, version, server }: OpenOptions): Promise<Backup> => {
  const text = await readText(folder)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(`${manifestName} is not as it was written`, cause)
  }
  const formatVersion = manifestVersion(value)
  if (formatVersion === undefined) throw new BackupError('not_a_backup', `${folder} is not a backup of kez-chat`)
  if (formatVersion > backupFormat)
    throw new BackupError('backup_newer', `the backup has format ${formatVersion}, this kez-chat knows ${backupFormat}`)
  const { manifest, check } = readManifest(value)
  const { encryption } = manifest
  const keys = encryption ? await openKeys(kdf, await passphrase(), encryption) : undefined
  check(keys)
  if (isNewer(manifest.version, version))
    throw new BackupError('backup_newer', `the backup was taken by kez-chat ${manifest.version}, this is ${version}`)
  if (server !== undefined && server !== manifest.server)
    throw new BackupError('other_server', `the backup is of ${manifest.server}, and this is to be ${server}`)
  const files = [...manifest.streams, ...manifest.keys, ...(manifest.database ? [manifest.database] : [])]
  for (const { file } of files) await checkPayload(folder, file)
  const find = <T extends { name: string }>(list: readonly T[], name: string): T => {
    const entry = list.find((candidate) => candidate.name === name)
    if (!entry) throw damaged(`the backup has no ${name}`)
    return entry
  }
  return {
    manifest,
    messages: (stream) => {
      const { config, file } = find(manifest.streams, stream)
      const all = () => readRecords(readPayload(folder, file, keys))
      return keepsLastAlone(config) ? lastOfEach(all) : all()
    },
    rows: () => {
      if (!manifest.database) throw damaged('the backup has no tables')
      return readPayload(folder, manifest.database.file, keys)
    },
    key: async (name) => {
      const parts: Uint8Array[] = []
      for await (const part of readPayload(folder, find(manifest.keys, name).file, keys)) parts.push(part)
      return Buffer.concat(parts)
    },
  }
}
