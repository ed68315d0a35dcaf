import { defineConfig } from 'vite'
import { serviceWorker } from './worker-build.ts'

export default defineConfig({
  base: '/',
  plugins: [serviceWorker()],
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsDir: 'assets',
    // The page's CSP allows no data: fonts or scripts, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
})
