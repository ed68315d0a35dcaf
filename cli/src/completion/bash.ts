import type { Command } from '../command.ts'
import { choicesOf, firstWords, groups, optionsOf, takesPath } from './words.ts'

const wordsOf = (command: Command): string =>
  [...choicesOf(command), ...optionsOf(command).map(([option]) => option)].join(' ')

const optionValues = (commands: readonly Command[]): string[] => {
  const all = new Map(commands.flatMap(optionsOf))
  const paths = [...all].filter(([, spec]) => takesPath(spec)).map(([option]) => option)
  const chosen = [...all].filter(([, { choices }]) => choices !== undefined)
  return [
    `    ${paths.join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;`,
    ...chosen.map(
      ([option, { choices = [] }]) =>
        `    ${option}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`,
    ),
  ]
}

export const bashCompletion = (commands: readonly Command[]): string =>
  [
    '_kez() {',
    `  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=""`,
    '  COMPREPLY=()',
    '  case $prev in',
    ...optionValues(commands),
    '  esac',
    `  case "$COMP_CWORD \${COMP_WORDS[1]} \${COMP_WORDS[2]}" in`,
    `    "1 "*) words='${firstWords(commands).join(' ')}' ;;`,
    ...[...groups(commands)].map(([group, words]) => `    "2 ${group} "*) words='${words.join(' ')}' ;;`),
    ...commands.map(
      (command) => `    *" ${command.name}"${command.name.includes(' ') ? '' : '" "*'}) words='${wordsOf(command)}' ;;`,
    ),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    `  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$cur")); fi`,
    '}',
    'complete -o filenames -F _kez kez',
    '',
  ].join('\n')
