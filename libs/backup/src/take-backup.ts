import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { inboxStreamName, streamName } from '@kez-chat/contracts'
import { replaceFile, syncFolder } from '@kez-chat/durable-files'
import type { JetStream } from '@kez-chat/eventlog'
import { readFromLeader } from '@kez-chat/eventlog/messages'
import type { Kdf } from '@kez-chat/export-file'
import { z } from 'zod'
import { BackupError } from './errors.ts'
import {
  type DatabaseEntry,
  type FileEntry,
  type Manifest,
  manifestName,
  type StreamEntry,
  writeManifest,
} from './manifest.ts'
import { writePayload } from './payload.ts'
import { databaseSchema, leftOutOf, plannedStreams } from './plan.ts'
import { dumpSchema } from './postgres/dump.ts'
import { type BackupKeys, newKeys } from './sealing.ts'
import { takeStream } from './take-stream.ts'

/** A key that a server cannot make anew without harm, by the name of its file. */
export type KeyFile = { readonly name: string; readonly path: string }

export type TakeOptions = {
  /** Gets a folder for this backup, named for its time. */
  readonly to: string
  readonly jetstream: JetStream
  readonly databaseUrl: string
  readonly keyFiles: readonly KeyFile[]
  /** The domain in handles. */
  readonly server: string
  readonly version: string
  /** Seals every file when given. */
  readonly passphrase?: { readonly text: string; readonly kdf: Kdf }
  readonly onProgress?: (what: string, taken: number, of: number) => void
}

export type TakenBackup = { readonly folder: string; readonly manifest: Manifest }

/** Streams without which a backup would be worth nothing: they were lost, or this is another NATS. */
const needed: readonly string[] = [streamName.identity, streamName.chains, inboxStreamName(0)]
const maxKeyBytes = 64 * 1024

const folderNameOf = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(':', '-')}Z`

/** Makes the folder of a backup; two that begin in one second do not share one. */
const makeFolder = async (to: string, time: Date): Promise<string> => {
  const folder = join(to, folderNameOf(time))
  try {
    await mkdir(to, { recursive: true, mode: 0o700 })
    await mkdir(folder, { mode: 0o700 })
    return folder
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BackupError('file_not_written', `${folder} cannot be made: ${why}`, { cause })
  }
}

const takeKey = async (folder: string, { name, path }: KeyFile, keys: BackupKeys | undefined): Promise<FileEntry> => {
  const content = await readFile(path).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BackupError('source_unavailable', `the key ${path} cannot be read: ${why}`, { cause })
  })
  if (content.length > maxKeyBytes) throw new BackupError('source_unavailable', `${path} is too long for a key`)
  async function* source(): AsyncGenerator<Uint8Array> {
    yield content
  }
  return writePayload(folder, `${basename(name)}.key`, source(), keys)
}

/** The domain is signed into registrations; one that differs would be refused only when the backup is needed. */
const refuseOther = async (jetstream: JetStream, server: string): Promise<void> => {
  const query = { seq: 1, next_by_subj: 'identity.handle.*' }
  const first = await readFromLeader(jetstream, streamName.identity, query).catch((cause: unknown) => {
    throw new BackupError('source_unavailable', `${streamName.identity} cannot be read`, { cause })
  })
  const text = first ? new TextDecoder().decode(first.data) : '{}'
  const found = z.object({ server: z.string() }).safeParse(JSON.parse(text)).data?.server
  if (found !== undefined && found !== server)
    throw new BackupError('other_server', `people are registered at ${found} here, and not at ${server}`)
}

const namesOf = async ({ jsm }: JetStream): Promise<string[]> => {
  const names: string[] = []
  try {
    for await (const name of jsm.streams.names()) names.push(name)
  } catch (cause) {
    throw new BackupError('source_unavailable', 'the streams of the server cannot be listed', { cause })
  }
  return names.sort()
}

/**
 * Takes a backup of a running server. What refers to something else is taken before what it refers to (`plannedStreams`); the
 * manifest is written at last and in one step, so that what was cut off has none. When it fails, what it wrote is removed.
 * @throws {BackupError} `source_unavailable`, `log_missing`, `other_server`, `database_unsupported`, `file_not_written`
 */
export const takeBackup = async (options: TakeOptions): Promise<TakenBackup> => {
  const { to, jetstream, databaseUrl, passphrase, onProgress } = options
  const names = await namesOf(jetstream)
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new BackupError(
      'log_missing',
      `this NATS has no stream ${missing.join(' and ')}: it is not that of a kez-chat that has run, or it lost them. Older backups were left alone.`,
    )
  await refuseOther(jetstream, options.server)
  const inboxStreams = names.filter((name) => /^INBOX_\d+$/.test(name)).length
  const sealing = passphrase ? await newKeys(passphrase.kdf, passphrase.text) : undefined
  const keys = sealing?.keys
  const createdAt = new Date()
  const folder = await makeFolder(to, createdAt)
  try {
    onProgress?.('Postgres', 0, 0)
    const database: DatabaseEntry | undefined = await dumpSchema(databaseUrl, databaseSchema, folder, keys)
    const streams: StreamEntry[] = []
    for (const { name } of plannedStreams(inboxStreams)) {
      const onMessages = (taken: number, of: number) => onProgress?.(name, taken, of)
      const entry = await takeStream({ jetstream, folder, keys, onMessages }, name)
      if (entry) streams.push(entry)
    }
    const keyFiles: Manifest['keys'] = []
    for (const file of options.keyFiles) keyFiles.push({ name: file.name, file: await takeKey(folder, file, keys) })
    const manifest: Manifest = {
      ...{ format: 'kez-backup', formatVersion: 1 },
      createdAt: createdAt.toISOString(),
      finishedAt: new Date().toISOString(),
      ...{ server: options.server, version: options.version, encryption: sealing?.encryption ?? null, inboxStreams },
      ...{ streams, database: database ?? null, keys: keyFiles },
      leftOut: leftOutOf(names, inboxStreams),
    }
    await placeManifest(folder, writeManifest(manifest, keys))
    await syncFolder(to)
    return { folder, manifest }
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** After this, and not before, the folder is a backup. */
const placeManifest = async (folder: string, text: string): Promise<void> => {
  const path = join(folder, manifestName)
  try {
    // What the manifest names is there before it is.
    await syncFolder(folder)
    await replaceFile(path, text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new BackupError('file_not_written', `${path} cannot be written: ${why}`, { cause })
  }
}

const named = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/
const abandonedAfterMs = 86_400_000

const timeOf = (name: string): number => Date.parse(name.replace(/T(\d\d)-(\d\d)-(\d\d)Z$/, 'T$1:$2:$3Z'))

/**
 * Removes all but the newest `keep` backups of a folder, and what cut-off ones left more than a day ago. Nothing else in the
 * folder is touched. Returns the names of what was removed.
 */
export const pruneBackups = async (folder: string, keep: number, now = Date.now()): Promise<string[]> => {
  const names = (await readdir(folder)).filter((name) => named.test(name)).sort()
  const whole: string[] = []
  const removed: string[] = []
  for (const name of names) {
    const files = await readdir(join(folder, name))
    if (files.includes(manifestName)) whole.push(name)
    else if (now - timeOf(name) > abandonedAfterMs) removed.push(name)
  }
  removed.push(...whole.slice(0, Math.max(0, whole.length - Math.max(1, keep))))
  for (const name of removed) {
    // Without its manifest it is no backup any more, also when the removal is cut off.
    await rm(join(folder, name, manifestName), { force: true })
    await rm(join(folder, name), { recursive: true, force: true })
  }
  return removed
}
