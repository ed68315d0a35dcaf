import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Release } from '../src/worker/release.ts'

/** Where the browser finds the service worker: at the root, so that it may serve the whole app, under a name that stays. */
const fileName = 'sw.js'

/** Builds the service worker beside the app, as one classic script: not every browser starts a worker of modules. */
export const buildWorker = async (dir: string, release: Release): Promise<void> => {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { KEZ_RELEASE: JSON.stringify(release) },
    build: {
      outDir: dir,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: fileURLToPath(new URL('../src/worker/main.ts', import.meta.url)),
        output: { format: 'iife', entryFileNames: fileName },
      },
    },
  })
}
