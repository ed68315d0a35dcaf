import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { WebManifest, webManifestPath } from '@kez-chat/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseRoute } from '../src/app/route.ts'
import { buildApp } from './e2e/build.ts'
import { readPng } from './icons.ts'

const InstallManifest = z.object({
  ...{ id: z.string(), name: z.string(), start_url: z.string(), scope: z.string(), display: z.string() },
  ...{ theme_color: z.string(), background_color: z.string() },
  icons: z.array(z.object({ src: z.string(), sizes: z.string(), type: z.string(), purpose: z.string() })),
  shortcuts: z.array(z.object({ name: z.string(), url: z.string() })),
})

let app: Awaited<ReturnType<typeof buildApp>>
/** What the worker keeps is named in it. */
const address = /\/(?:assets\/)?\w[\w.-]*\.(?:js|css|woff2|png|svg|webmanifest)\b/g
const files = (pattern: string) => globSync(pattern, { cwd: app.dir })
const read = (path: string) => readFileSync(join(app.dir, path), 'utf8')

/** The source of the app and of the libraries that it uses, in another folder; packages of others are found further up. */
const copyOfSource = (): string => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  mkdirSync(join(root, '.cache'), { recursive: true })
  const copy = mkdtempSync(join(root, '.cache', 'other-place-'))
  const isSource = (path: string): boolean => !/[/\\](node_modules|dist|test|simulator)$/.test(path)
  for (const part of ['web', 'libs', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true, filter: isSource })
  mkdirSync(join(copy, 'node_modules', '@kez-chat'), { recursive: true })
  for (const lib of globSync('libs/*', { cwd: root }))
    symlinkSync(join(copy, lib), join(copy, 'node_modules', '@kez-chat', lib.slice('libs/'.length)))
  return copy
}

beforeAll(async () => {
  app = await buildApp()
})

afterAll(() => app?.remove())

describe('the built app', () => {
  it('shows its first page after less than 65 KB of script, in each language', () => {
    const first = [...read('index.html').matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(
      (match) => match[1] ?? '',
    )
    expect(first.length).toBeGreaterThan(0)
    const sizeOf = (paths: string[]) =>
      paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(app.dir, path))).length, 0)
    const catalogue = files('assets/de-*.js')
    expect(catalogue).toHaveLength(1)
    expect(sizeOf([...first, ...catalogue])).toBeLessThan(65_000)
  })

  /** Every script that is loaded with these. */
  const loadedWith = (paths: readonly string[]): ReadonlySet<string> => {
    const all = new Set(paths)
    for (const path of all)
      for (const [, imported] of read(path).matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g))
        all.add(`assets/${imported}`)
    return all
  }

  it('has what a start needs in few files: each is a pass through the service worker', () => {
    const [home, libraries] = [files('assets/home-*.js'), files('assets/libraries-*.js')]
    expect([home.length, libraries.length]).toEqual([1, 1])
    expect(loadedWith([...home, ...libraries]).size).toBeLessThanOrEqual(5)
  })

  it('loads no more than that for whoever is not at home here, but what looks for a newer version', () => {
    const [later, ...none] = files('assets/later-*.js')
    expect(none).toEqual([])
    const first = loadedWith(files('assets/index-*.js'))
    const more = [...loadedWith([later ?? ''])].filter((path) => !first.has(path))
    expect(more.reduce((sum, path) => sum + read(path).length, 0)).toBeLessThan(10_000)
  })

  it('has every asset under a name that changes with its content, and no source maps', () => {
    const assets = files('assets/**/*.*')
    expect(assets.length).toBeGreaterThan(10)
    for (const path of assets) expect(path).toMatch(/-[\w-]{8}\.((js|css)(\.gz)?|woff2)$/)
    expect(files('**/*.map')).toEqual([])
  })

  it('has the service worker at the root, as one small script', () => {
    const worker = read('sw.js')
    // Files of the app may be called by any name.
    const own = worker.replaceAll(address, '')
    expect(own).not.toMatch(/\bimport\b|\bexport\b/)
    expect(own.length).toBeLessThan(8_000)
  })

  it('keeps at most 500 KB on the device for when there is no network, as counted on the wire', () => {
    const kept = [...new Set(read('sw.js').match(address))]
    expect(kept).toContain('/icon-192.png')
    const sent = (path: string): number =>
      statSync(join(app.dir, existsSync(join(app.dir, `${path}.gz`)) ? `${path}.gz` : path)).size
    const onWire = [...kept, '/index.html'].reduce((sum, path) => sum + sent(path), 0)
    const onDevice = [...kept, '/index.html'].reduce((sum, path) => sum + statSync(join(app.dir, path)).size, 0)
    console.log(`kept for offline: ${kept.length} files, ${onWire} bytes on the wire, ${onDevice} on the device`)
    expect(onWire).toBeLessThan(500_000)
    expect(onDevice).toBeLessThan(1_200_000)
    const left = files('assets/*.{js,css}').filter((path) => !kept.includes(`/${path}`))
    // Whatever else the app loads is there without a network as well.
    expect(left).toEqual([expect.stringMatching(/^assets\/zstd-/)])
  })

  it('is the same to the byte when it is built from the same source in another folder', async () => {
    const root = copyOfSource()
    const again = await buildApp({ root: join(root, 'web') })
    try {
      const contents = (dir: string) =>
        Object.fromEntries(
          globSync('{**/*,.well-known/*}', { cwd: dir })
            .filter((path) => statSync(join(dir, path)).isFile())
            .map((path) => [
              path,
              createHash('sha256')
                .update(readFileSync(join(dir, path)))
                .digest('hex'),
            ]),
        )
      expect(contents(again.dir)).toEqual(contents(app.dir))
    } finally {
      again.remove()
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('lists the size and hash of every file that is served, and names the build by what is in it', () => {
    const manifest = WebManifest.parse(JSON.parse(read(webManifestPath)))
    const served = files('**/*').filter((path) => statSync(join(app.dir, path)).isFile() && !path.endsWith('.gz'))
    expect(manifest.files.map(({ path }) => path.slice(1))).toEqual(served.sort())
    for (const { path, size, sha256 } of manifest.files) {
      const content = readFileSync(join(app.dir, path))
      expect([path, content.length, createHash('sha256').update(content).digest('hex')]).toEqual([path, size, sha256])
      const packed = join(app.dir, `${path}.gz`)
      if (existsSync(packed)) expect(gunzipSync(readFileSync(packed)).equals(content)).toBe(true)
    }
    expect(read('index.html')).toContain(`<meta name="kez-build" content="${manifest.build}" />`)
    expect(read('sw.js')).toContain(manifest.build)
  })

  it('can be installed: its manifest has what browsers ask for, and every icon is what it says it is', () => {
    const manifest = InstallManifest.parse(JSON.parse(read('manifest.webmanifest')))
    expect(manifest).toMatchObject({ id: '/', start_url: '/', scope: '/', display: 'standalone' })
    const pngs = manifest.icons.filter(({ type }) => type === 'image/png')
    for (const purpose of ['any', 'maskable'])
      expect(pngs.filter((icon) => icon.purpose === purpose).map(({ sizes }) => sizes)).toEqual(['192x192', '512x512'])
    for (const { src, sizes, purpose } of pngs) {
      const { width, height, at } = readPng(join(app.dir, src))
      expect(`${width}x${height}`).toBe(sizes)
      if (purpose !== 'maskable') continue
      // What a round mask may cut away is background alone: the safe zone is a circle of 4/5 of the width.
      const seen = new Set<string>()
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          if (Math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) > width * 0.4) seen.add(at(x, y))
      expect([...seen]).toEqual(['0b0c0e'])
    }
    const touch = readPng(join(app.dir, 'apple-touch-icon.png'))
    expect([touch.width, touch.height]).toEqual([180, 180])
    for (const { url } of manifest.shortcuts)
      expect(parseRoute(new URL(url, 'https://kez.test').hash).name).not.toBe('home')
    // The colours around the app are those of its two themes.
    const tokens = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8')
    const [, light, dark] = /--bg: light-dark\((#\w+), (#\w+)\)/.exec(tokens) ?? []
    const html = read('index.html')
    expect(html).toContain(`name="theme-color" content="${dark}" media="(prefers-color-scheme: dark)"`)
    expect(html).toContain(`name="theme-color" content="${light}" media="(prefers-color-scheme: light)"`)
    expect([manifest.theme_color, manifest.background_color]).toEqual([dark, dark])
  })

  it('loads nothing from elsewhere and holds no inline script, style or data: asset', () => {
    const html = read('index.html')
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/)
    for (const path of ['index.html', ...files('assets/*.css')]) {
      expect(read(path)).not.toMatch(/(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:|\/\/|data:)/)
    }
  })
})
