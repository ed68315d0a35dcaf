import { parseArgs } from 'node:util'
import type { Argument, Options } from '../command.ts'
import { usageError } from '../errors.ts'
import { nearest } from './nearest.ts'

export type ParsedOptions = {
  readonly args: readonly string[]
  readonly values: ReadonlyMap<string, string>
  readonly switches: ReadonlySet<string>
}

/** Options every command has. */
export const commonOptions: Options = {
  json: { about: 'print JSON for machines' },
  help: { about: 'show this help' },
}

const unknown = (name: string, options: Options): Error => {
  const meant = nearest(name, Object.keys(options))
  return usageError(`there is no option --${name}`, meant === undefined ? undefined : `Did you mean --${meant}?`)
}

const checkChoice = (what: string, value: string, choices: readonly string[] | undefined): void => {
  if (choices?.includes(value) === false) throw usageError(`${what} is one of ${choices.join(', ')}`)
}

/** Reads what follows the command's name. Values are never repeated in errors: they may be secrets. */
export const parseOptions = (given: readonly string[], options: Options): ParsedOptions => {
  const { tokens } = parseArgs({
    args: [...given],
    options: {
      ...Object.fromEntries(
        Object.entries(options).map(([name, { value }]) => [
          name,
          { type: value === undefined ? 'boolean' : 'string' },
        ]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const args: string[] = []
  const values = new Map<string, string>()
  const switches = new Set<string>()
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value)
    if (token.kind !== 'option') continue
    const { name, value } = token
    const spec = Object.hasOwn(options, name) ? options[name] : undefined
    if (spec === undefined) throw unknown(name, options)
    if (values.has(name) || switches.has(name)) throw usageError(`--${name} is given twice`)
    if (spec.value === undefined) {
      if (value !== undefined) throw usageError(`--${name} takes no value`)
      switches.add(name)
      continue
    }
    const isOption = token.inlineValue === false && value !== '-' && value?.startsWith('-') === true
    if (value === undefined || value === '' || isOption) throw usageError(`--${name} needs a value`)
    checkChoice(`--${name}`, value, spec.choices)
    values.set(name, value)
  }
  return { args, values, switches }
}

/** Counts the arguments. An argument too many is not repeated: it may be the second word of an unquoted phrase. */
export const checkArguments = (command: string, given: readonly string[], specs: readonly Argument[]): void => {
  const missing = specs[given.length]
  if (missing !== undefined && missing.optional !== true)
    throw usageError(`${command} needs <${missing.name}>: ${missing.about}`)
  if (given.length > specs.length) {
    const takes =
      specs.length === 0 ? 'no arguments' : specs.length === 1 ? 'one argument' : `${specs.length} arguments`
    throw usageError(`${command} takes ${takes}, not ${given.length}`, 'Quote values that have spaces in them.')
  }
  for (const [i, value] of given.entries()) checkChoice(`<${specs[i]?.name}>`, value, specs[i]?.choices)
}
