/**
 * Backups of a home server (docs/adr, docs/operations.md): taken message by message while the server runs, each file hashed and
 * on wish sealed, and put back into an empty installation under new sequences.
 *
 * ```ts
 * const { folder } = await takeBackup({ to: 'backups', jetstream, databaseUrl, server: 'chat.example.org', … })
 *
 * const backup = await openBackup({ folder, server: 'chat.example.org', … })
 * await restoreInto({ as, reader, databaseUrl }, backup)
 * ```
 * @module
 */
export { BackupError, type BackupErrorCode } from './errors.ts'
export { type Manifest, manifestName, type StreamEntry } from './manifest.ts'
export { type Backup, type OpenOptions, openBackup } from './open-backup.ts'
export type { Owner } from './plan.ts'
export { type RestoredStream, type RestoreTarget, restoreInto } from './restore.ts'
export { type KeyFile, pruneBackups, type TakenBackup, type TakeOptions, takeBackup } from './take-backup.ts'
