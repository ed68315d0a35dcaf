import { commonOptions } from './args/parse-options.ts'
import type { Argument, Command, Options } from './command.ts'
import { columns } from './output/table.ts'

const argument = ({ name, optional }: Argument): string => (optional ? `[<${name}>]` : `<${name}>`)

const optionRows = (options: Options): string[][] =>
  Object.entries(options).map(([name, { value, choices, about }]) => [
    `  --${name}${value === undefined ? '' : ` <${choices?.join('|') ?? value}>`}`,
    about,
  ])

const usage = (command: Command): string =>
  [
    'kez',
    command.name,
    ...command.args.map(argument),
    ...(Object.keys(command.options).length > 0 ? ['[options]'] : []),
  ].join(' ')

/** Everything about one command. */
export const commandHelp = (command: Command): string => {
  const { about, args, options, examples } = command
  const parts = [
    `${about}\n`,
    `Usage: ${usage(command)}\n`,
    args.length > 0 ? `Arguments:\n${columns(args.map((spec) => [`  ${argument(spec)}`, spec.about]))}` : '',
    `Options:\n${columns(optionRows({ ...options, ...commonOptions }))}`,
    examples.length > 0 ? `Examples:\n${examples.map((example) => `  ${example}\n`).join('')}` : '',
  ]
  return parts.filter((part) => part !== '').join('\n')
}

const listed = (commands: readonly Command[]): string =>
  columns(commands.map(({ name, about }) => [`  ${name}`, about]))

/** The commands of a group, e.g. of `sigchain`. */
export const groupHelp = (group: string, commands: readonly Command[]): string =>
  `Usage: kez ${group} <command>\n\n${listed(commands)}\n"kez help ${group} <command>" tells more about one.\n`

/** What `kez` alone says. */
export const mainHelp = (commands: readonly Command[]): string =>
  [
    'kez: identities, claims, sigchains and handles on the command line\n',
    'Usage: kez <command> [options]\n',
    `Commands:\n${listed(commands)}`,
    `Everywhere:\n${columns(optionRows(commonOptions))}`,
    'Exit codes: 0 done, 1 does not verify or was refused, 2 wrong use, 3 network, 4 files, 70 a fault of kez\n',
    '"kez help <command>" tells more about one.\n',
  ].join('\n')
