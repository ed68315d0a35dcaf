import type { Command } from '../command.ts'
import { choicesOf, groups, optionsOf, takesPath } from './words.ts'

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** `:` and brackets separate the parts of a specification of _arguments. */
const plain = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&')

const specs = (command: Command): string => {
  const options = optionsOf(command).map(([option, spec]) => {
    const action = spec.choices ? `(${spec.choices.join(' ')})` : takesPath(spec) ? '_files' : ' '
    return quote(`${option}[${plain(spec.about)}]${spec.value === undefined ? '' : `:${spec.value}:${action}`}`)
  })
  const choices = choicesOf(command)
  return [...options, quote(choices.length > 0 ? `1:value:(${choices.join(' ')})` : '*:file:_files')].join(' ')
}

const described = (list: readonly (readonly [string, string])[]): string =>
  list.map(([word, about]) => quote(`${word}:${plain(about)}`)).join(' ')

export const zshCompletion = (commands: readonly Command[]): string => {
  const aboutOf = (name: string): string => commands.find((command) => command.name === name)?.about ?? ''
  const grouped = groups(commands)
  const first = [
    ...[...grouped].map(([group, words]) => [group, words.join(', ')] as const),
    ...commands.filter(({ name }) => !name.includes(' ')).map(({ name, about }) => [name, about] as const),
  ]
  return [
    '#compdef kez',
    '_kez() {',
    '  local -a words2',
    `  if (( CURRENT == 2 )); then words2=(${described(first)}); _describe command words2; return; fi`,
    '  case "$words[2]" in',
    ...[...grouped].flatMap(([group, names]) => [
      `    ${group})`,
      `      if (( CURRENT == 3 )); then words2=(${described(names.map((name) => [name, aboutOf(`${group} ${name}`)]))}); _describe command words2; return; fi`,
      '      case "$words[3]" in',
      ...commands
        .filter(({ name }) => name.startsWith(`${group} `))
        .map(
          (command) =>
            `        ${command.name.slice(group.length + 1)}) shift 2 words; (( CURRENT -= 2 )); _arguments ${specs(command)} ;;`,
        ),
      '      esac ;;',
    ]),
    ...commands
      .filter(({ name }) => !name.includes(' '))
      .map((command) => `    ${command.name}) shift words; (( CURRENT -= 1 )); _arguments ${specs(command)} ;;`),
    '  esac',
    '}',
    'compdef _kez kez',
    '',
  ].join('\n')
}
