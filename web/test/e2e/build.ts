import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

const here = fileURLToPath(new URL('../..', import.meta.url))
const longestBuildMs = 180_000

type Variant = {
  /** Of the source; else that of this test. */
  readonly root?: string
  readonly plugins?: Plugin[]
}

type Built = { readonly dir: string; readonly remove: () => void }

const newFolder = (): Built => {
  const dir = mkdtempSync(join(tmpdir(), 'kez-test-web-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

const buildInto = (outDir: string, { root = here, plugins = [] }: Variant = {}) =>
  build({ root, plugins, logLevel: 'error', build: { outDir, emptyOutDir: true } })

/** Builds the app as it stands into a folder of its own; `remove` deletes it. */
export const buildApp = async (variant?: Variant): Promise<Built> => {
  const built = newFolder()
  await buildInto(built.dir, variant)
  return built
}

/** The app as it stands, built once for all files of a test run, in a folder of its own. */
export const builtApp = async (): Promise<Built> => {
  const shared = process.env.KEZ_TEST_SHARED_DIR
  if (!shared) return buildApp()
  const dir = join(shared, 'web')
  const [done, begun] = [join(shared, 'web-done'), join(shared, 'web-begun')]
  try {
    mkdirSync(begun)
    await buildInto(dir)
    writeFileSync(done, '')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  for (const end = Date.now() + longestBuildMs; !existsSync(done); await setTimeout(100)) {
    if (Date.now() > end) throw new Error('the app was not built in time by another test file')
  }
  const built = newFolder()
  cpSync(dir, built.dir, { recursive: true })
  return built
}
