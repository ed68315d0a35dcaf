import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'

/** One thing an operator can set: an environment variable and, for the launcher, a flag of the same meaning. */
export type Setting<S extends z.ZodType = z.ZodType> = {
  env: string
  flag: `--${string}`
  description: string
  /** Parses the text of the variable; its messages finish the sentence "<ENV> …". */
  schema: S
  /** Text used when the variable is unset. Without it the setting is optional only if its schema is. */
  default?: string
  /** Never shown, logged or put into a config object. May come from a file that `<ENV>_FILE` names. */
  secret?: true
  /** Names a file with a secret in it: for the eyes of the service alone. */
  namesSecret?: true
  /** What a number counts. */
  unit?: Unit
}

export type Unit =
  | 'bytes'
  | 'bytes an hour'
  | 'connections'
  | 'consumers'
  | 'hours'
  | 'logins'
  | 'codes'
  | 'messages'
  | 'messages an hour'
  | 'people'
  | 'per minute'
  | 'seconds'
  | 'streams'
  | 'copies'
  | 'threads'

export type Settings = Record<string, Setting>
export type Loaded<T extends Settings> = { readonly [K in keyof T]: z.output<T[K]['schema']> }

/** Declares a setting; exists for type inference. */
export const setting = <S extends z.ZodType>(declaration: Setting<S>): Setting<S> => declaration

/** The environment does not fit. `problems` has one sentence per variable; values of secrets are never in it. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const maxSecretBytes = 64 * 1024

/** What a variable says: itself, or for a secret the file that `<ENV>_FILE` names, without its line end. */
const textOf = ({ env: name, secret }: Setting, env: Readonly<Record<string, string | undefined>>) => {
  const file = secret ? env[`${name}_FILE`] : undefined
  if (!file) return { text: env[name] || undefined }
  if (env[name]) return { problem: `${name} and ${name}_FILE are both set: leave one of them out` }
  try {
    if (statSync(file).size > maxSecretBytes) return { problem: `${name}_FILE names a file that is too large: ${file}` }
    return { text: readFileSync(file, 'utf8').trimEnd() || undefined }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    return { problem: `${name}_FILE names a file that cannot be read (${code}): ${file}` }
  }
}

/**
 * Reads settings from an environment record and freezes them. An empty variable counts as unset; a secret may also be in a
 * file that `<ENV>_FILE` names.
 * @throws {ConfigError} naming every variable that does not fit, not only the first
 */
export const loadSettings = <T extends Settings>(
  settings: T,
  env: Readonly<Record<string, string | undefined>>,
): Loaded<T> => {
  const problems: string[] = []
  const loaded: Record<string, unknown> = {}
  for (const [key, declared] of Object.entries(settings)) {
    const { text, problem } = textOf(declared, env)
    if (problem !== undefined) {
      problems.push(problem)
      continue
    }
    const result = declared.schema.safeParse(text ?? declared.default)
    if (result.success) loaded[key] = result.data
    else {
      const said = text === undefined ? 'is required' : (result.error.issues[0]?.message ?? 'is not valid')
      problems.push(`${declared.env} ${said}${text === undefined || declared.secret ? '' : `, got "${text}"`}`)
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(loaded) as Loaded<T>
}

/** `host:port`; `[::1]:80` for IPv6. */
export type Bind = { host: string; port: number }

/** Parsers for common kinds of settings; messages finish the sentence "<ENV> …". */
export const kind = {
  text: z.string(),
  optionalText: z.string().optional(),
  flag: z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true'),
  bind: z
    .string()
    .regex(/^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):\d{1,5}$/, 'must be host:port')
    .transform((text): Bind => {
      const colon = text.lastIndexOf(':')
      return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
    })
    .refine(({ port }) => port <= 65_535, 'must have a port of at most 65535'),
  domain: z
    .string()
    .regex(
      /^(localhost|(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+)(:\d{1,5})?$/,
      'must be a lower-case domain name like example.org',
    ),
  whole: (least: number, most: number) =>
    z
      .string()
      .regex(/^\d{1,15}$/, `must be a whole number from ${least} to ${most}`)
      .transform(Number)
      .refine((n) => n >= least && n <= most, `must be a whole number from ${least} to ${most}`),
  logLevel: z.enum(
    ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
    'must be trace, debug, info, warn, error or silent',
  ),
  httpUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .transform((url) => url.replace(/\/+$/, '')),
} as const
