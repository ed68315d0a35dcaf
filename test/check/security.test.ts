import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const text = readFileSync(join(root, 'docs', 'security.md'), 'utf8')

/** What stands in backticks and has the shape of a file or folder of ours. */
const pathsIn = (page: string): string[] =>
  [
    ...page.matchAll(
      /`((?:libs|services|web|cli|deploy|docs|scripts|test|vectors)\/[\w./-]+|[\w-]+\.(?:json|yml)|Dockerfile)`/g,
    ),
  ]
    .map(([, path = '']) => path)
    .filter((path) => path !== 'vapid.json')

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const anchorsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

/** Relative links of a page that lead nowhere: no such file, or no such heading in it. */
const deadLinks = (page: string): string[] => {
  const folder = join(root, page, '..')
  const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]*))?\)/g)
  return [...links].flatMap(([, path = '', anchor]) => {
    const file = path === '' ? join(root, page) : join(folder, path)
    if (!existsSync(file)) return [`${page}: ${path}`]
    if (anchor === undefined || !file.endsWith('.md') || anchorsOf(file).includes(anchor)) return []
    return [`${page}: ${path}#${anchor}`]
  })
}

it('the threat model names places in the code that exist', () => {
  const paths = pathsIn(text)
  expect(paths.length).toBeGreaterThan(60)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

it('every record of a decision is in its table, and every row has a status and a place', () => {
  for (const file of globSync('docs/adr/*.md', { cwd: root }))
    expect(text, file).toContain(`(${file.replace('docs/', '')})`)
  const table = text.split('## Findings and decisions')[1] ?? ''
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what |'))
  expect(rows.length).toBeGreaterThan(50)
  for (const row of rows) expect(row).toMatch(/^\| .+ \| (mended|decided|accepted|open) \| .*[`[].+ \|$/)
})

it('every record of a decision has a number of its own', () => {
  const numbers = globSync('docs/adr/*.md', { cwd: root }).map((file) => file.slice('docs/adr/'.length).slice(0, 4))
  expect(numbers.toSorted()).toEqual(numbers.map((_, i) => String(i + 1).padStart(4, '0')))
})

it('links between documents lead to files and headings that exist', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root })]
  expect(pages.flatMap(deadLinks)).toEqual([])
})
