import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../libs/testkit/src/browser.ts'
import { allChecks } from './all-checks.ts'
import type { PageOutcome } from './page.ts'

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' }

const bundle = (outDir: string) =>
  build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: resolve(import.meta.dirname, 'page.html') },
    },
  })

const serve = async (folder: string): Promise<{ server: Server; url: string }> => {
  const server = createServer(async (request, response) => {
    const path = join(folder, new URL(request.url ?? '/', 'http://page').pathname)
    const body = await readFile(path).catch(() => undefined)
    response.writeHead(body ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { server, url: `http://127.0.0.1:${port}/page.html` }
}

describe('vectors in the browser', () => {
  let folder = ''
  let page: { server: Server; url: string }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kez-vectors-'))
    await bundle(folder)
    page = await serve(folder)
  })

  afterAll(async () => {
    page.server.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('need nothing of Node: the build takes the portable half of the library', async () => {
    const names = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'))
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) {
      const text = await readFile(join(folder, 'assets', name), 'utf8')
      expect(text).not.toMatch(/node:crypto|createPublicKey|__vite-browser-external/)
    }
  })

  it('load the zstd library only for compact texts: it is a file of its own, which the page does not begin with', async () => {
    const names = await readdir(join(folder, 'assets'))
    const texts = await Promise.all(names.map((name) => readFile(join(folder, 'assets', name), 'utf8')))
    const library = names.filter((_, i) => texts[i]?.includes('compressBound'))
    expect(library).toHaveLength(1)
    const html = await readFile(join(folder, 'page.html'), 'utf8')
    expect(html).not.toContain(library[0])
  })

  it('give the very results they give in Node', async () => {
    const browser = await launchBrowser()
    try {
      const tab = await browser.newPage()
      await tab.goto(page.url)
      const outcome = await tab.waitForFunction(() => document.body.dataset.outcome, undefined, { timeout: 50_000 })
      const { passed, failed }: PageOutcome = JSON.parse(String(await outcome.jsonValue()))
      expect(failed).toEqual([])
      expect(passed).toEqual(allChecks.map(({ name }) => name))
    } finally {
      await browser.close()
    }
  })
})
