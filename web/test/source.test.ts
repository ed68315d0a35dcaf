import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const root = new URL('../src/', import.meta.url).pathname
const sources = globSync('**/*.ts', { cwd: decodeURIComponent(root) })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(decodeURIComponent(root) + path, 'utf8') }))

describe('the source of the app', () => {
  it('is all looked at', () => {
    expect(sources.length).toBeGreaterThan(40)
  })

  it.each([
    ['writes HTML into the page', /innerHTML|outerHTML|insertAdjacentHTML|unsafeHTML|unsafeSVG|document\.write/],
    ['evaluates text', /\beval\(|new Function\(/],
    ['has a style in a template, which the CSP blocks', /style="|styleMap|<style/],
    ['asks another host for something', /fetch\(\s*['"`]https?:|src=["']https?:/],
  ])('never %s', (_what, pattern) => {
    expect(sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([])
  })
})
