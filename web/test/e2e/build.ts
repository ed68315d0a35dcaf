import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

const here = fileURLToPath(new URL('../..', import.meta.url))

type Variant = {
  /** Of the source; else that of this test. */
  readonly root?: string
  readonly plugins?: Plugin[]
}

/** Builds the app as it stands into a folder of its own; `remove` deletes it. */
export const buildApp = async ({
  root = here,
  plugins = [],
}: Variant = {}): Promise<{
  dir: string
  remove: () => void
}> => {
  const dir = mkdtempSync(join(tmpdir(), 'kez-test-web-'))
  await build({ root, plugins, logLevel: 'error', build: { outDir: dir, emptyOutDir: true } })
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
