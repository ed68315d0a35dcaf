import { cursorMigration, type Migrations } from '@kez-chat/eventlog/postgres'
import { people } from './2026-01-01-people.ts'

/** Forward only; what was released is never edited. */
export const migrations: Migrations = {
  '2026-01-01T00:00:00Z-cursor': cursorMigration,
  '2026-01-01T00:00:01Z-people': people,
}
