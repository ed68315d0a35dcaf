import { createHash } from 'node:crypto'
import { z } from 'zod'
import { damaged } from './errors.ts'
import { type BackupKeys, Encryption } from './sealing.ts'

export const manifestName = 'manifest.json'
/** The layout that this version writes, and the newest that it reads. */
export const backupFormat = 1
export const maxManifestBytes = 1024 * 1024

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A file of a backup, as it lies on the disk. */
export const FileEntry = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/),
  bytes: z.int().nonnegative(),
  sha256,
})
export type FileEntry = z.infer<typeof FileEntry>

const StreamEntry = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
  /** As the stream was set on the server that it comes from. */
  config: z.record(z.string(), z.unknown()),
  firstSeq: z.int().nonnegative(),
  /** The recovery point: everything up to this sequence that was in the stream is in the file. */
  lastSeq: z.int().nonnegative(),
  messages: z.int().nonnegative(),
  /** Of subjects, headers and data. */
  bytes: z.int().nonnegative(),
  /** Of every message's subject, headers and data, in order; without sequences and times, which a restore gives anew. */
  contentSha256: sha256,
  file: FileEntry,
})
export type StreamEntry = z.infer<typeof StreamEntry>

const DatabaseEntry = z.strictObject({
  schema: z.string().regex(/^[a-z_]{1,60}$/),
  tables: z.array(z.strictObject({ name: z.string().max(100), rows: z.int().nonnegative(), contentSha256: sha256 })),
  file: FileEntry,
})
export type DatabaseEntry = z.infer<typeof DatabaseEntry>

const KeyEntry = z.strictObject({ name: z.string().max(60), file: FileEntry })

const Body = z.strictObject({
  format: z.literal('kez-backup'),
  formatVersion: z.int().positive(),
  /** Everything that the server had acknowledged before is in the backup; RFC 3339. */
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** The domain in handles. */
  server: z.string().min(1).max(253),
  /** The version of kez-chat that took it. */
  version: z.string().max(40),
  encryption: Encryption.nullable(),
  inboxStreams: z.int().min(1).max(64),
  /** In the order in which they were taken: what refers to something else before what it refers to. */
  streams: z.array(StreamEntry).max(200),
  database: DatabaseEntry.nullable(),
  keys: z.array(KeyEntry).max(20),
  /** What is not in here, and why. */
  leftOut: z.array(z.strictObject({ name: z.string(), why: z.string() })).max(400),
})
export type Manifest = z.infer<typeof Body>

const checksumOf = (text: string, keys: BackupKeys | undefined): string =>
  keys ? `hmac-sha256:${keys.manifestTag(text)}` : `sha256:${createHash('sha256').update(text).digest('hex')}`

/** The text of `manifest.json`; its last member vouches for all before it. */
export const writeManifest = (manifest: Manifest, keys: BackupKeys | undefined): string => {
  const checksum = checksumOf(JSON.stringify(manifest), keys)
  return `${JSON.stringify({ ...manifest, checksum }, null, 2)}\n`
}

export type ReadManifest = {
  readonly manifest: Manifest
  /** @throws {BackupError} `backup_damaged` when a byte of the manifest is another */
  check(keys: BackupKeys | undefined): void
}

const Outline = z.looseObject({ format: z.literal('kez-backup'), formatVersion: z.int().positive() })

/** What says that this is a manifest at all, and of which layout; undefined when it is none. */
export const manifestVersion = (value: unknown): number | undefined => Outline.safeParse(value).data?.formatVersion

/** Reads a manifest of a layout that we know. @throws {BackupError} `backup_damaged` */
export const readManifest = (value: unknown): ReadManifest => {
  const { checksum, ...body } = z.looseObject({ checksum: z.string() }).safeParse(value).data ?? { checksum: '' }
  const parsed = Body.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw damaged(`${manifestName} is not as it was written: ${issue?.path.join('.')} ${issue?.message}`)
  }
  return {
    manifest: parsed.data,
    check: (keys) => {
      if (checksum !== checksumOf(JSON.stringify(body), keys)) throw damaged(`${manifestName} is not as it was written`)
    },
  }
}
