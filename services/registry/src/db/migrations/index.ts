import { cursorMigration, type Migrations } from '@kez-chat/eventlog/postgres'
import { people } from './2026-01-01-people.ts'
import { chains } from './2026-02-01-chains.ts'
import { rotations } from './2026-02-01-rotations.ts'
import { proofs } from './2026-02-02-proofs.ts'
import { invites } from './2026-03-03-invites.ts'

/** By schema. Forward only; what was released is never edited. */
export const migrations = {
  registry: {
    '2026-01-01T00:00:00Z-cursor': cursorMigration,
    '2026-01-01T00:00:01Z-people': people,
    '2026-02-01T00:00:00Z-rotations': rotations,
    '2026-02-02T00:00:00Z-proofs': proofs,
    '2026-03-03T00:00:00Z-invites': invites,
  },
  sigchains: {
    '2026-02-01T00:00:00Z-cursor': cursorMigration,
    '2026-02-01T00:00:01Z-chains': chains,
  },
} satisfies Record<string, Migrations>
