export { archiveMigrations, archiveSchema, migrateArchive } from './archive.ts'
export { cursorMigration, findCursor } from './cursor.ts'
export { type Database, type DatabaseOptions, openDatabase } from './database.ts'
export { StreamReplaced } from './incarnation.ts'
export { MigrationFailed, type Migrations, migrate, pendingMigrations } from './migrate.ts'
export type { Projection, Recorded } from './projection.ts'
export { type RebuildOptions, RebuildRunning, rebuildProjection } from './rebuild.ts'
export { type Restored, RestoreRefused, restoreStream } from './restore.ts'
export {
  type ProjectionOptions,
  type ProjectionStatus,
  type RunningProjection,
  runProjection,
} from './run-projection.ts'
export { projectionStanding, type Standing } from './standing.ts'
export { type ArchiveReport, verifyArchive } from './verify-archive.ts'
