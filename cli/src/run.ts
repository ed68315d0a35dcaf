import { checkArguments, commonOptions, parseOptions } from './args/parse-options.ts'
import type { Command } from './command.ts'
import { EXIT, type ExitCode } from './errors.ts'
import { findCommand } from './find-command.ts'
import { commandHelp, groupHelp, mainHelp } from './help.ts'
import { createPaint } from './output/paint.ts'
import { formatError, toCliError } from './report-error.ts'
import type { Session } from './session.ts'
import { VERSION } from './version.ts'

/** What a run writes to: plain functions, so that tests read what people would. */
export type Output = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly colour: { readonly out: boolean; readonly err: boolean }
}

type Words = { readonly words: readonly string[]; readonly json: boolean }

/** `--json` may also stand before the command. */
const takeLeading = (argv: readonly string[]): Words => {
  const at = argv.findIndex((word) => word !== '--json')
  return { words: at < 0 ? [] : argv.slice(at), json: at !== 0 && argv.length > 0 }
}

const runCommand = async (
  { command, rest, json }: { command: Command; rest: readonly string[]; json: boolean },
  session: Session,
  output: Output,
): Promise<ExitCode> => {
  const options = { ...command.options, ...commonOptions }
  const { args, values, switches } = parseOptions(rest, options)
  if (switches.has('help')) {
    output.out(commandHelp(command))
    return EXIT.ok
  }
  checkArguments(`kez ${command.name}`, args, command.args)
  const report = await command.run({
    args,
    option: (name) => values.get(name),
    has: (name) => switches.has(name),
    session,
  })
  const wantsJson = json || switches.has('json')
  if (report.data !== undefined)
    output.out(wantsJson ? `${JSON.stringify(report.data)}\n` : report.text(createPaint(output.colour.out)))
  return report.exitCode ?? EXIT.ok
}

const dispatch = async (
  argv: readonly string[],
  commands: readonly Command[],
  session: Session,
  output: Output,
): Promise<ExitCode> => {
  const { words, json } = takeLeading(argv)
  const [first] = words
  if (first === undefined || first === '--help' || first === '-h') {
    output.out(mainHelp(commands))
    return EXIT.ok
  }
  if (first === '--version') {
    output.out(`kez ${VERSION}\n`)
    return EXIT.ok
  }
  const found = findCommand(words, commands)
  if (found.kind === 'command') return runCommand({ ...found, json }, session, output)
  const asked = words[1] === '--help' || words[1] === '-h'
  const write = asked ? output.out : output.err
  write(groupHelp(found.group, found.commands))
  return asked ? EXIT.ok : EXIT.usage
}

/** Runs one command line to its end. Never throws. */
export const run = async (
  argv: readonly string[],
  commands: readonly Command[],
  session: Session,
  output: Output,
): Promise<ExitCode> => {
  try {
    return await dispatch(argv, commands, session, output)
  } catch (thrown) {
    const error = toCliError(thrown)
    output.err(formatError(error, argv.includes('--json'), createPaint(output.colour.err)))
    return error.exitCode
  }
}
