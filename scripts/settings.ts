import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Setting } from '@kez-chat/runtime'
import { parse } from 'yaml'
import { otherVariables, type VariableGroup } from './documents/other-variables.ts'
import { services } from './launcher/services.ts'
import { launcherSettings } from './launcher/settings.ts'

const root = join(import.meta.dirname, '..')
const file = join(root, 'docs', 'settings.md')

type Read = { readonly setting: Setting; readonly by: string[] }

const byVariable = (): Map<string, Read> => {
  const all = new Map<string, Read>()
  const lists = [
    ...services.map(({ name, settings }) => [name, settings] as const),
    ['npm start', launcherSettings] as const,
  ]
  for (const [name, settings] of lists)
    for (const setting of Object.values<Setting>(settings)) {
      const known = all.get(setting.env)
      if (known) known.by.push(name)
      else all.set(setting.env, { setting, by: [name] })
    }
  return all
}

/** Every variable that a service or the launcher declares, with who reads it. */
export const declaredSettings = (): Read[] =>
  [...byVariable().values()].sort((a, b) => (a.setting.env < b.setting.env ? -1 : 1))

type Compose = { services: Record<string, { environment?: Record<string, string> }> }

/** Whether docker-compose.yml passes a variable on from `.env`, sets it itself, or leaves it alone. */
const inCompose = (compose: Compose, { env }: Setting): string => {
  const given = Object.values(compose.services).flatMap(({ environment = {} }) =>
    [environment[env], environment[`${env}_FILE`]].filter((text) => text !== undefined),
  )
  if (given.length === 0) return ''
  return given.some((text) => text.includes(`\${${env}`)) ? '`.env`' : 'set'
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``)
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')

const everyService = services.length
const readers = (by: readonly string[]): string =>
  services.every(({ name }) => by.includes(name)) && by.length >= everyService ? 'every service' : by.join(', ')

const secrecy = ({ env, secret, namesSecret }: Setting): string => {
  if (secret) return `secret; or \`${env}_FILE\``
  return namesSecret ? 'names a secret file' : ''
}

const settingRow = (compose: Compose, { setting, by }: Read): string => {
  const shown = code((setting.default ?? '').replace(`${root}/`, ''))
  const cells = [
    code(setting.env),
    readers(by),
    shown,
    setting.unit ?? '',
    cell(setting.description),
    secrecy(setting),
    inCompose(compose, setting),
  ]
  return `| ${cells.join(' | ')} |\n`
}

const groupSection = ({ title, about, variables }: VariableGroup): string => {
  const rows = Object.entries(variables).map(
    ([name, { meaning, default: text = '' }]) => `| ${code(name)} | ${code(text)} | ${cell(meaning)} |\n`,
  )
  return `## ${title}\n\n${about}\n\n| variable | default | meaning |\n|---|---|---|\n${rows.join('')}`
}

/** Every variable that anything of ours reads. */
export const settingsDocument = (): string => {
  const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose
  return `# Every setting

Made by \`node scripts/settings.ts\` from the services' own configuration; a test fails when it is out of date or when a variable that is read anywhere is missing.
An empty variable counts as unset. A setting that does not fit keeps the service from starting, and it says which and why.

## Of the services

Each is a flag of \`npm start\` too (\`npm start -- --help\`). The last column is about docker-compose.yml: \`.env\` = passed on from there, set = compose has a value of its own. The others go into a
\`docker-compose.override.yml\`, as [operations.md](operations.md#settings) shows. A secret may be in a file that a variable with \`_FILE\` at its end names; of the two only one may be set.

| variable | read by | default | unit | meaning | secret | compose |
|---|---|---|---|---|---|---|
${declaredSettings()
  .map((read) => settingRow(compose, read))
  .join('')}
${otherVariables.map(groupSection).join('\n')}`
}

export const savedSettings = (): string => readFileSync(file, 'utf8')

if (import.meta.main) writeFileSync(file, settingsDocument())
