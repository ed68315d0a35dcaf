import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildContext } from '../../scripts/deploy/context.ts'
import { otherVariables } from '../../scripts/documents/other-variables.ts'
import { declaredSettings, savedSettings, settingsDocument } from '../../scripts/settings.ts'

const root = join(import.meta.dirname, '..', '..')

/** Files that run, or that configure what runs; what is written about them does not count. */
const isRead = (path: string): boolean =>
  /(\.(ts|mjs|js|sh|ya?ml|conf)|Dockerfile[.\w]*|Caddyfile|^bin\/\w+|^scripts\/[\w-]+)$/.test(path) &&
  !/^(docs|fixtures|vectors|\.ci)\/|^scripts\/(settings|documents\/other-variables)\.ts$|\.test\.ts$|\.chaos\.ts$/.test(
    path,
  )

const files = (): string[] =>
  buildContext(root)
    .map(({ path }) => path)
    .filter(isRead)

/** How the environment is read, in each language that we have. */
const patterns = [
  /\bKEZ_[A-Z0-9_]*[A-Z0-9]\b/g,
  /\benv\.([A-Z][A-Z0-9_]*)\b/g,
  /\benv\[?: ?'([A-Z][A-Z0-9_]*)'/g,
  /\benv\['([A-Z][A-Z0-9_]*)'\]/g,
]
const inConfiguration = [...patterns, /\$\{([A-Z][A-Z0-9_]*)/g, /\{\$([A-Z][A-Z0-9_]*)/g]

/** Names of that shape which are no variables of the environment: a constant that the build of the worker puts in. */
const constants = ['KEZ_RELEASE']

const namesIn = (path: string, text: string): string[] =>
  (/\.(ts|mjs|js)$/.test(path) ? patterns : inConfiguration).flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]),
  )

const documented = new Set([
  ...declaredSettings().flatMap(({ setting: { env, secret } }) => (secret ? [env, `${env}_FILE`] : [env])),
  ...otherVariables.flatMap(({ variables }) => Object.keys(variables)),
])

it('documents every setting as its service declares it (node scripts/settings.ts writes them anew)', () => {
  expect(savedSettings()).toBe(settingsDocument())
})

it('names every variable that is read in code, compose files and configurations', () => {
  const read = files()
  expect(read.length).toBeGreaterThan(500)
  const missing = read.flatMap((path) =>
    namesIn(path, readFileSync(join(root, path), 'utf8'))
      .filter((name) => !documented.has(name) && !constants.includes(name))
      .map((name) => `${path}: ${name}`),
  )
  expect([...new Set(missing)]).toEqual([])
})

it('names no variable that nothing reads', () => {
  const found = new Set(files().flatMap((path) => namesIn(path, readFileSync(join(root, path), 'utf8'))))
  const others = otherVariables.flatMap(({ variables }) => Object.keys(variables))
  expect(others.filter((name) => !found.has(name))).toEqual([])
})

it('says of every number what it counts, and of every setting what it means', () => {
  for (const { setting } of declaredSettings()) {
    expect(setting.description, setting.env).toMatch(/^[A-Z"].{15,}\.( At most [\d,]+\.)?$|^trace, /)
    if (/^\d+$/.test(setting.default ?? '')) expect(setting.unit, setting.env).toBeDefined()
  }
})

it('would find a variable that somebody reads and nobody wrote down', () => {
  expect(namesIn('a.ts', "const port = process.env.SOME_PORT ?? env['OTHER_PORT']")).toEqual([
    'SOME_PORT',
    'OTHER_PORT',
  ])
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as compose has it
  expect(namesIn('a.yml', 'image: ${SOME_IMAGE:-a}')).toEqual(['SOME_IMAGE'])
})
