import type { Migrations } from '@kez-chat/eventlog/postgres'
import { push } from './2026-03-01-push.ts'
import { removed } from './2026-03-02-removed.ts'
import { traces } from './2026-11-28-traces.ts'

/** Forward only; what was released is never edited. */
export const migrations: Migrations = {
  '2026-03-01T00:00:00Z-push': push,
  '2026-03-02T00:00:00Z-removed': removed,
  '2026-11-28T00:00:00Z-traces': traces,
}
