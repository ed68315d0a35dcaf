import type { Command } from '../command.ts'
import { choicesOf, groups, optionsOf, takesPath } from './words.ts'

const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`

const seen = (name: string): string =>
  name
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ')

const line = (condition: string, rest: string): string => `complete -c kez -n ${quote(condition)} ${rest}`

const optionLines = (command: Command): string[] =>
  optionsOf(command).map(([option, spec]) => {
    const value = spec.choices ? ` -x -a ${quote(spec.choices.join(' '))}` : takesPath(spec) ? ' -r -F' : ' -x'
    return line(
      seen(command.name),
      `-l ${option.slice(2)}${spec.value === undefined ? '' : value} -d ${quote(spec.about)}`,
    )
  })

const choiceLines = (command: Command): string[] => {
  const choices = choicesOf(command)
  return choices.length === 0 ? [] : [line(seen(command.name), `-x -a ${quote(choices.join(' '))}`)]
}

export const fishCompletion = (commands: readonly Command[]): string => {
  const grouped = groups(commands)
  const aboutOf = (name: string): string => commands.find((command) => command.name === name)?.about ?? ''
  return [
    ...[...grouped.keys()].map((group) => line('__fish_use_subcommand', `-f -a ${group}`)),
    ...commands
      .filter(({ name }) => !name.includes(' '))
      .map(({ name, about }) => line('__fish_use_subcommand', `-f -a ${name} -d ${quote(about)}`)),
    ...[...grouped].flatMap(([group, words]) =>
      words.map((word) =>
        line(
          `__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${words.join(' ')}`,
          `-f -a ${word} -d ${quote(aboutOf(`${group} ${word}`))}`,
        ),
      ),
    ),
    ...commands.flatMap((command) => [...optionLines(command), ...choiceLines(command)]),
    '',
  ].join('\n')
}
