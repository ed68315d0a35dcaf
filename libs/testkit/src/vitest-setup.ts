import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { offerSharedPostgres } from './shared-postgres.ts'

let stop: (() => Promise<void>) | undefined
let shared: string | undefined

export const setup = async (): Promise<void> => {
  shared = mkdtempSync(join(tmpdir(), 'kez-test-shared-'))
  // For what is made once for all files of a run.
  process.env.KEZ_TEST_SHARED_DIR = shared
  stop = await offerSharedPostgres()
}

export const teardown = async (): Promise<void> => {
  await stop?.()
  if (shared) rmSync(shared, { recursive: true, force: true })
}
