import { commonOptions } from '../args/parse-options.ts'
import type { Command, OptionSpec } from '../command.ts'

/** The groups and single commands there are, each once. */
export const firstWords = (commands: readonly Command[]): string[] => [
  ...new Set(commands.map(({ name }) => name.split(' ')[0] ?? '')),
]

/** The second words of each group. */
export const groups = (commands: readonly Command[]): ReadonlyMap<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const { name } of commands) {
    const [group = '', word] = name.split(' ')
    if (word !== undefined) found.set(group, [...(found.get(group) ?? []), word])
  }
  return found
}

/** All options of a command, spelled with their dashes. */
export const optionsOf = (command: Command): readonly (readonly [string, OptionSpec])[] =>
  Object.entries({ ...command.options, ...commonOptions }).map(([name, spec]) => [`--${name}`, spec])

/** Options whose value is a path. */
export const takesPath = ({ value }: OptionSpec): boolean => value === 'path'

/** What the first argument of a command can be, when that is known. */
export const choicesOf = ({ args: [first] }: Command): readonly string[] => first?.choices ?? []
