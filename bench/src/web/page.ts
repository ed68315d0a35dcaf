import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchBrowser } from '@kez-chat/testkit'
import { build } from 'vite'
import type { Work } from './page/main.ts'
import { serve } from './serve.ts'

const root = fileURLToPath(new URL('./page', import.meta.url))
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

/** Files of a folder. */
const serveFolder = (dir: string) =>
  serve((request, response) => {
    try {
      const path = request.url === '/' ? 'index.html' : `assets/${(request.url ?? '').split('/').at(-1)}`
      response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
      response.end(readFileSync(join(dir, path)))
    } catch {
      response.writeHead(404).end()
    }
  })

export type BenchPage = {
  /** How long a work took, and the longest time the page was blocked by it; milliseconds. */
  perform(work: Work): Promise<{ took: number; blocked: number }>
  stop(): Promise<void>
}

/** The code of the app and the bare parts, built as the app is, in a real Chromium. */
export const openBenchPage = async (): Promise<BenchPage> => {
  const dir = mkdtempSync(join(tmpdir(), 'kez-bench-web-'))
  await build({
    ...{ root, logLevel: 'error', configFile: false },
    build: { outDir: dir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
    worker: { format: 'es' },
  })
  const server = await serveFolder(dir)
  const browser = await launchBrowser()
  const page = await browser.newPage()
  await page.goto(server.url)
  await page.waitForFunction('globalThis.perform')
  return {
    perform: (work) => page.evaluate(`perform(${JSON.stringify(work)})`),
    stop: async () => {
      await browser.close()
      server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
