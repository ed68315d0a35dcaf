import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export type ComposeService = {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly ports?: readonly string[]
  readonly profiles?: readonly string[]
  readonly mem_limit?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
}

export type Compose = {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
}

export const repository = join(import.meta.dirname, '..', '..')

export const readYaml = (file: string): unknown => parse(readFileSync(join(repository, file), 'utf8'), { merge: true })

export const compose = readYaml('docker-compose.yml') as Compose

/** What compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?reason}`. */
export const interpolate = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string | undefined, rest: string) => {
    if (env[name]) return env[name]
    if (kind === '?') throw new Error(`${name} is required: ${rest}`)
    return rest ?? ''
  })
