import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from './e2e/build.ts'

let app: Awaited<ReturnType<typeof buildApp>>
const files = (pattern: string) => globSync(pattern, { cwd: app.dir })
const read = (path: string) => readFileSync(join(app.dir, path), 'utf8')

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

  it('has every asset under a name that changes with its content, and no source maps', () => {
    const assets = files('assets/**/*.*')
    expect(assets.length).toBeGreaterThan(10)
    for (const path of assets) expect(path).toMatch(/-[\w-]{8}\.(js|css|woff2)$/)
    expect(files('**/*.map')).toEqual([])
  })

  it('has the service worker at the root, as one small script that is the same in every build', async () => {
    const worker = read('sw.js')
    expect(worker).not.toMatch(/\bimport\b|\bexport\b/)
    expect(worker.length).toBeLessThan(8_000)
    const again = await buildApp()
    try {
      expect(readFileSync(join(again.dir, 'sw.js'), 'utf8')).toBe(worker)
    } finally {
      again.remove()
    }
  })

  it('loads nothing from elsewhere and holds no inline script, style or data: asset', () => {
    const html = read('index.html')
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/)
    for (const path of ['index.html', ...files('assets/*.css')]) {
      expect(read(path)).not.toMatch(/(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:|\/\/|data:)/)
    }
  })
})
