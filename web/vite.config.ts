import { defineConfig } from 'vite'
import { fewFilesForAStart } from './build/chunks.ts'
import { release } from './build/release.ts'

export default defineConfig({
  base: '/',
  plugins: [release()],
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsDir: 'assets',
    // The page's CSP allows no data: fonts or scripts, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // By a name of its own it can be told apart: see build/precache.ts.
          groups: [{ name: 'zstd', test: /wasm-zstd/ }, ...fewFilesForAStart()],
        },
      },
    },
  },
  worker: { format: 'es' },
})
