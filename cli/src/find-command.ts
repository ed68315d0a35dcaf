import { nearest } from './args/nearest.ts'
import type { Command } from './command.ts'
import { usageError } from './errors.ts'

export type Found =
  | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly string[] }
  | { readonly kind: 'group'; readonly group: string; readonly commands: readonly Command[] }

const meant = (typed: string, words: readonly string[], lead: string): string => {
  const word = nearest(typed, words)
  return word === undefined ? 'See "kez help".' : `Did you mean "kez ${lead}${word}"?`
}

/** The command that the first words name, and what follows them. */
export const findCommand = (words: readonly string[], commands: readonly Command[]): Found => {
  const [first = '', second] = words
  const single = commands.find(({ name }) => name === first)
  if (single !== undefined) return { kind: 'command', command: single, rest: words.slice(1) }
  const group = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (first === '' || group.length === 0) {
    const names = commands.map(({ name }) => name.split(' ')[0] ?? '')
    throw usageError(`there is no command "${first}"`, meant(first, [...new Set(names)], ''))
  }
  if (second === undefined || second.startsWith('-')) return { kind: 'group', group: first, commands: group }
  const command = group.find(({ name }) => name === `${first} ${second}`)
  if (command !== undefined) return { kind: 'command', command, rest: words.slice(2) }
  const names = group.map(({ name }) => name.slice(first.length + 1))
  throw usageError(`there is no command "${first} ${second}"`, meant(second, names, `${first} `))
}
