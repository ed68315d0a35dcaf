import type { ExitCode } from './errors.ts'
import type { Paint } from './output/paint.ts'
import type { Session } from './session.ts'

export type OptionSpec = {
  readonly about: string
  /** What stands for the value in help; an option without one is a switch. */
  readonly value?: string
  /** The values there are, for help and completion. */
  readonly choices?: readonly string[]
}

export type Options = Readonly<Record<string, OptionSpec>>

export type Argument = {
  readonly name: string
  readonly about: string
  readonly optional?: true
  readonly choices?: readonly string[]
}

/** What a command found out: the same thing for machines and for people. */
export type Report = {
  /** Undefined when all has been written already. */
  readonly data: unknown
  readonly text: (paint: Paint) => string
  /** Left out when all is well. */
  readonly exitCode?: ExitCode
}

/** One use of a command, its arguments counted and its options known. */
export type Call = {
  readonly args: readonly string[]
  readonly option: (name: string) => string | undefined
  readonly has: (name: string) => boolean
  readonly session: Session
}

export type Command = {
  /** With its group, e.g. `sigchain add`. */
  readonly name: string
  readonly about: string
  readonly args: readonly Argument[]
  readonly options: Options
  readonly examples: readonly string[]
  readonly run: (call: Call) => Promise<Report>
}
