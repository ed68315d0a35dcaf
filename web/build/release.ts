import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { compressTexts } from './compress.ts'
import { listFiles, nameOfBuild } from './files.ts'
import { writeManifest } from './manifest.ts'
import { releaseOf } from './precache.ts'
import { buildWorker } from './worker.ts'

/** What a page that was not built has for the name of its build. */
const unnamed = 'name="kez-build" content="none"'

const nameInPage = (dir: string, build: string): void => {
  const path = join(dir, 'index.html')
  const page = readFileSync(path, 'utf8')
  if (!page.includes(unnamed)) throw new Error(`index.html has no <meta ${unnamed}>`)
  writeFileSync(path, page.replace(unnamed, `name="kez-build" content="${build}"`))
}

/** Makes the built app a release: a name that it knows, a service worker that keeps it, and a list of its hashes. */
export const release = (): Plugin => ({
  name: 'kez-release',
  apply: 'build',
  writeBundle: {
    order: 'post',
    sequential: true,
    handler: async ({ dir = 'dist' }) => {
      const build = nameOfBuild(listFiles(dir))
      nameInPage(dir, build)
      await buildWorker(dir, releaseOf(build, listFiles(dir)))
      writeManifest(dir, build)
      compressTexts(dir)
    },
  },
})
