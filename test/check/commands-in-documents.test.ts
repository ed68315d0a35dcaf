import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createCommands } from '../../cli/src/commands/index.ts'
import { savedSettings } from '../../scripts/settings.ts'
import { compose } from '../deploy/compose-file.ts'

const root = join(import.meta.dirname, '..', '..')
const pages = ['README.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: root })]
const read = (page: string): string => readFileSync(join(root, page), 'utf8')

const commands = createCommands()
const names = new Set(commands.map(({ name }) => name))
const groups = new Set([...names].map((name) => name.split(' ')[0] ?? ''))

/** What is written as a command: in fences and between backticks. */
const codeIn = (text: string): string[] => [
  ...[...text.matchAll(/```\w*\n(.*?)```/gs)].map(([, code = '']) => code),
  ...[...text.replace(/```.*?```/gs, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
]

/** Commands of `kez` that do not exist, as `kez admin doctr`. */
const unknownCommands = (code: string): string[] =>
  [...code.matchAll(/(?:^|[\s(/"&])kez ([a-z]+)(?: ([a-z][a-z-]*))?(?=[\s`"):;,.]|$)/gm)].flatMap(
    ([, first = '', second]) => {
      if (!groups.has(first) || names.has(first)) return names.has(first) ? [] : [`kez ${first}`]
      return second === undefined || names.has(`${first} ${second}`) ? [] : [`kez ${first} ${second}`]
    },
  )

it('every command of kez in the documents exists', () => {
  const found = pages.flatMap((page) =>
    codeIn(read(page)).flatMap((code) => unknownCommands(code).map((command) => `${page}: ${command}`)),
  )
  expect([...new Set(found)]).toEqual([])
  expect(unknownCommands('kez admin doctr push')).toEqual(['kez admin doctr'])
})

it('every service that the documents have compose do something with exists', () => {
  const services = Object.keys(compose.services)
  const verbs = /docker compose (?:exec|restart|logs|up -d|run --rm)((?: (?:-[\w-]+(?:[= ]\d+\w?)?|[a-z][a-z-]*))+)/g
  const found = pages.flatMap((page) =>
    codeIn(read(page)).flatMap((code) =>
      [...code.matchAll(verbs)].flatMap(([, rest = '']) => {
        const [first] = rest
          .trim()
          .split(' ')
          .filter((word) => !word.startsWith('-') && !/^\d/.test(word))
        return first === undefined || services.includes(first) ? [] : [`${page}: ${first}`]
      }),
    ),
  )
  expect([...new Set(found)]).toEqual([])
})

it('every variable of ours that the documents name is among the settings', () => {
  const known = savedSettings()
  const found = pages.flatMap((page) =>
    [...read(page).matchAll(/\bKEZ_[A-Z0-9_]*[A-Z0-9]\b/g)]
      .map(([name]) => name)
      .filter((name) => !known.includes(`\`${name}\``))
      .map((name) => `${page}: ${name}`),
  )
  expect([...new Set(found)]).toEqual([])
})
