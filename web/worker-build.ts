import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

/** Where the browser finds the service worker: at the root, so that it may serve the whole app, under a name that stays. */
const fileName = 'sw.js'

/** Builds the service worker beside the app, as one classic script: not every browser starts a worker of modules. */
export const serviceWorker = (): Plugin => ({
  name: 'kez-service-worker',
  apply: 'build',
  writeBundle: async ({ dir }) => {
    await build({
      configFile: false,
      publicDir: false,
      logLevel: 'error',
      build: {
        outDir: dir ?? 'dist',
        emptyOutDir: false,
        target: 'es2022',
        modulePreload: false,
        reportCompressedSize: false,
        rolldownOptions: {
          input: fileURLToPath(new URL('src/worker/main.ts', import.meta.url)),
          output: { format: 'iife', entryFileNames: fileName },
        },
      },
    })
  },
})
